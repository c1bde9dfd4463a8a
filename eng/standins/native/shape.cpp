// Views and other shapes of the same elements, joining and splitting.
#include "common.h"

API Tensor* bl_view(Tensor* self, const int64_t* shape, int64_t shape_count) { return make([&] { return self->view(ints(shape, shape_count)); }); }
API Tensor* bl_reshape(Tensor* self, const int64_t* shape, int64_t shape_count)
{
    return make([&] { return self->reshape(ints(shape, shape_count)); });
}
API Tensor* bl_unsqueeze(Tensor* self, int64_t dim) { return make([&] { return self->unsqueeze(dim); }); }
API Tensor* bl_squeeze(Tensor* self, int64_t dim) { return make([&] { return dim == INT64_MIN ? self->squeeze() : self->squeeze(dim); }); }
API Tensor* bl_transpose(Tensor* self, int64_t dim0, int64_t dim1) { return make([&] { return self->transpose(dim0, dim1); }); }
API Tensor* bl_t(Tensor* self) { return make([&] { return self->t(); }); }
API Tensor* bl_expand(Tensor* self, const int64_t* sizes, int64_t sizes_count, bool isImplicit)
{
    return make([&] { return self->expand(ints(sizes, sizes_count), isImplicit); });
}
API Tensor* bl_repeat_interleave(Tensor* self, int64_t repeats, int64_t dim, int64_t output_size)
{
    return make([&] { return self->repeat_interleave(repeats, optional_int(dim), optional_int(output_size)); });
}
API Tensor* bl_repeat_interleave_tensor(Tensor* self, Tensor* repeats, int64_t dim, int64_t output_size)
{
    return make([&] { return self->repeat_interleave(*repeats, optional_int(dim), optional_int(output_size)); });
}
API Tensor* bl_roll(Tensor* self, int64_t shifts, int64_t dim)
{
    return make([&] { return dim == INT64_MIN ? self->roll(shifts) : self->roll(shifts, dim); });
}
API Tensor* bl_contiguous(Tensor* self) { return make([&] { return self->contiguous(); }); }
API Tensor* bl_triu(Tensor* self, int64_t diagonal) { return make([&] { return self->triu(diagonal); }); }

API int bl_chunk(Tensor* self, int64_t chunks, int64_t dim, Tensor*** data, int64_t* count)
{
    return run([&] { give(self->chunk(chunks, dim), data, count); });
}
API int bl_split(Tensor* self, int64_t size, int dim, Tensor*** data, int64_t* count)
{
    return run([&] { give(self->split(size, dim), data, count); });
}

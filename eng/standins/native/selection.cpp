// Reading and writing elements chosen by index or mask.
#include "common.h"

API Tensor* bl_select(Tensor* self, int64_t dim, int64_t index) { return make([&] { return self->select(dim, index); }); }
API Tensor* bl_narrow(Tensor* self, int64_t dim, int64_t start, int64_t length) { return make([&] { return self->narrow(dim, start, length); }); }
API Tensor* bl_slice(Tensor* self, int64_t dim, int64_t start, int64_t finish, int64_t step)
{
    return make([&] { return self->slice(dim, start, finish, step); });
}
API Tensor* bl_gather(Tensor* self, int64_t dim, Tensor* index) { return make([&] { return self->gather(dim, *index); }); }
API Tensor* bl_take(Tensor* self, Tensor* index) { return make([&] { return self->take(*index); }); }
API Tensor* bl_index_select(Tensor* self, int64_t dim, Tensor* index) { return make([&] { return self->index_select(dim, *index); }); }
API Tensor* bl_masked_select(Tensor* self, Tensor* mask) { return make([&] { return self->masked_select(*mask); }); }
API Tensor* bl_searchsorted(Tensor* sorted, Tensor* values, bool out_int32, bool right)
{
    return make([&] { return at::searchsorted(*sorted, *values, out_int32, right); });
}
API Tensor* bl_nonzero(Tensor* self) { return make([&] { return self->nonzero(); }); }

API Tensor* bl_masked_fill(Tensor* self, Tensor* mask, ScalarValue value) { return make([&] { return self->masked_fill(*mask, scalar(value)); }); }
API int bl_masked_fill_(Tensor* self, Tensor* mask, ScalarValue value) { return run([&] { self->masked_fill_(*mask, scalar(value)); }); }
API int bl_masked_scatter_(Tensor* self, Tensor* mask, Tensor* value) { return run([&] { self->masked_scatter_(*mask, *value); }); }
API Tensor* bl_index_add(Tensor* self, int64_t dim, Tensor* index, Tensor* source, ScalarValue alpha)
{
    return make([&] { return self->index_add(dim, *index, *source, scalar(alpha)); });
}
API int bl_index_add_(Tensor* self, int64_t dim, Tensor* index, Tensor* source, ScalarValue alpha)
{
    return run([&] { self->index_add_(dim, *index, *source, scalar(alpha)); });
}
API Tensor* bl_index_copy(Tensor* self, int64_t dim, Tensor* index, Tensor* source)
{
    return make([&] { return self->index_copy(dim, *index, *source); });
}
API int bl_index_copy_(Tensor* self, int64_t dim, Tensor* index, Tensor* source) { return run([&] { self->index_copy_(dim, *index, *source); }); }
API Tensor* bl_index_fill(Tensor* self, int64_t dim, Tensor* index, ScalarValue value)
{
    return make([&] { return self->index_fill(dim, *index, scalar(value)); });
}
API int bl_index_fill_(Tensor* self, int64_t dim, Tensor* index, ScalarValue value)
{
    return run([&] { self->index_fill_(dim, *index, scalar(value)); });
}
API Tensor* bl_scatter(Tensor* self, int64_t dim, Tensor* index, Tensor* src) { return make([&] { return self->scatter(dim, *index, *src); }); }
API int bl_scatter_(Tensor* self, int64_t dim, Tensor* index, Tensor* src) { return run([&] { self->scatter_(dim, *index, *src); }); }
API Tensor* bl_scatter_add(Tensor* self, int64_t dim, Tensor* index, Tensor* src)
{
    return make([&] { return self->scatter_add(dim, *index, *src); });
}
API int bl_scatter_add_(Tensor* self, int64_t dim, Tensor* index, Tensor* src) { return run([&] { self->scatter_add_(dim, *index, *src); }); }

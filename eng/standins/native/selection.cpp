// Reading and writing elements chosen by index or mask.
#include "common.h"

API Tensor* bl_select(Tensor* self, int64_t dim, int64_t index) { return make([&] { return self->select(dim, index); }); }
API Tensor* bl_narrow(Tensor* self, int64_t dim, int64_t start, int64_t length) { return make([&] { return self->narrow(dim, start, length); }); }
API Tensor* bl_gather(Tensor* self, int64_t dim, Tensor* index) { return make([&] { return self->gather(dim, *index); }); }
API Tensor* bl_index_select(Tensor* self, int64_t dim, Tensor* index) { return make([&] { return self->index_select(dim, *index); }); }
API Tensor* bl_masked_select(Tensor* self, Tensor* mask) { return make([&] { return self->masked_select(*mask); }); }
API Tensor* bl_searchsorted(Tensor* sorted, Tensor* values, bool out_int32, bool right)
{
    return make([&] { return at::searchsorted(*sorted, *values, out_int32, right); });
}
API Tensor* bl_nonzero(Tensor* self) { return make([&] { return self->nonzero(); }); }

API Tensor* bl_masked_fill(Tensor* self, Tensor* mask, ScalarValue value) { return make([&] { return self->masked_fill(*mask, scalar(value)); }); }
API int bl_masked_fill_(Tensor* self, Tensor* mask, ScalarValue value) { return run([&] { self->masked_fill_(*mask, scalar(value)); }); }
API int bl_index_copy_(Tensor* self, int64_t dim, Tensor* index, Tensor* source) { return run([&] { self->index_copy_(dim, *index, *source); }); }
API int bl_scatter_(Tensor* self, int64_t dim, Tensor* index, Tensor* src) { return run([&] { self->scatter_(dim, *index, *src); }); }
API int bl_index_fill_(Tensor* self, int64_t dim, Tensor* index, ScalarValue value)
{
    return run([&] { self->index_fill_(dim, *index, scalar(value)); });
}

// Reductions, over everything or over dimensions.
#include "common.h"

API Tensor* bl_count_nonzero(Tensor* self) { return make([&] { return self->count_nonzero(); }); }
API Tensor* bl_any(Tensor* self) { return make([&] { return self->any(); }); }
API Tensor* bl_all(Tensor* self) { return make([&] { return self->all(); }); }

API Tensor* bl_sum(Tensor* self, int type) { return make([&] { return self->sum(optional_dtype(type)); }); }
API Tensor* bl_sum_along(Tensor* self, const int64_t* dim, int64_t dim_count, bool keepdim, int type)
{
    return make([&] { return self->sum(ints(dim, dim_count), keepdim, optional_dtype(type)); });
}
API Tensor* bl_mean(Tensor* self) { return make([&] { return self->mean(); }); }
API Tensor* bl_mean_along(Tensor* self, const int64_t* dimensions, int64_t dimensions_count, bool keepdim, int type)
{
    return make([&] { return self->mean(ints(dimensions, dimensions_count), keepdim, optional_dtype(type)); });
}

API Tensor* bl_std(Tensor* self, bool unbiased) { return make([&] { return self->std(unbiased); }); }
API Tensor* bl_norm(Tensor* self, float p) { return make([&] { return self->norm(p); }); }
API Tensor* bl_norm_along(Tensor* self, int dim, bool keepdim, float p) { return make([&] { return self->norm(p, dim, keepdim); }); }

API Tensor* bl_max(Tensor* self) { return make([&] { return self->max(); }); }
API int bl_max_along(Tensor* self, int64_t dim, bool keepdim, Tensor** first, Tensor** second)
{
    return run([&] { give(self->max(dim, keepdim), first, second); });
}
API Tensor* bl_min(Tensor* self) { return make([&] { return self->min(); }); }
API Tensor* bl_amax(Tensor* self, const int64_t* dims, int64_t dims_count) { return make([&] { return self->amax(ints(dims, dims_count)); }); }
API Tensor* bl_argmax_along(Tensor* self, int64_t dim, bool keepdim) { return make([&] { return self->argmax(dim, keepdim); }); }

API Tensor* bl_cumsum(Tensor* self, int64_t dim, int type) { return make([&] { return self->cumsum(dim, optional_dtype(type)); }); }
API int bl_kthvalue(Tensor* self, int64_t k, int64_t dim, bool keepdim, Tensor** first, Tensor** second)
{
    return run([&] { give(self->kthvalue(k, optional_int(dim).value_or(-1), keepdim), first, second); });
}
API Tensor* bl_bincount(Tensor* self, Tensor* weights, int64_t minlength)
{
    return make([&] { return self->bincount(optional_tensor(weights), minlength); });
}

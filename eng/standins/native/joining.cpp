// Functions of several tensors at once.
#include "common.h"

API Tensor* bl_cat(Tensor** data, int64_t count, int64_t dim) { return make([&] { return at::cat(tensors(data, count), dim); }); }
API Tensor* bl_stack(Tensor** data, int64_t count, int64_t dim) { return make([&] { return at::stack(tensors(data, count), dim); }); }
API Tensor* bl_einsum(const char* equation, Tensor** data, int64_t count)
{
    return make([&] { return at::einsum(equation, tensors(data, count)); });
}

API int bl_unique(Tensor* self, bool sorted, bool inverse, bool counts, int64_t dim, Tensor** values, Tensor** indices, Tensor** count)
{
    return run([&] {
        auto [first, second, third] = dim == INT64_MIN ? at::_unique2(*self, sorted, inverse, counts)
                                                       : at::unique_dim(*self, dim, sorted, inverse, counts);
        *values = new Tensor(first);
        *indices = inverse ? new Tensor(second) : nullptr;
        *count = counts ? new Tensor(third) : nullptr;
    });
}

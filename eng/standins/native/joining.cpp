// Functions of several tensors at once.
#include "common.h"

API Tensor* bl_cat(Tensor** data, int64_t count, int64_t dim) { return make([&] { return at::cat(tensors(data, count), dim); }); }
API Tensor* bl_stack(Tensor** data, int64_t count, int64_t dim) { return make([&] { return at::stack(tensors(data, count), dim); }); }

// Random numbers.
#include "common.h"

API int bl_uniform_(Tensor* self, double low, double high, at::Generator* generator)
{
    return run([&] { self->uniform_(low, high, optional_generator(generator)); });
}
API int bl_normal_(Tensor* self, double mean, double std, at::Generator* generator)
{
    return run([&] { self->normal_(mean, std, optional_generator(generator)); });
}

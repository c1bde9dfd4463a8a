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
API Tensor* bl_bernoulli(Tensor* self, at::Generator* generator) { return make([&] { return self->bernoulli(optional_generator(generator)); }); }
API int bl_bernoulli_(Tensor* self, double p, at::Generator* generator) { return run([&] { self->bernoulli_(p, optional_generator(generator)); }); }
API int bl_random_(Tensor* self, double low, double high, at::Generator* generator)
{
    return run([&] { self->random_(static_cast<int64_t>(low), static_cast<int64_t>(high), optional_generator(generator)); });
}
API int bl_exponential_(Tensor* self, double lambda, at::Generator* generator)
{
    return run([&] { self->exponential_(lambda, optional_generator(generator)); });
}
API Tensor* bl_multinomial(Tensor* self, int64_t num_samples, bool replacement, at::Generator* generator)
{
    return make([&] { return self->multinomial(num_samples, replacement, optional_generator(generator)); });
}

// Functions of one tensor, element by element.
#include "common.h"

API Tensor* bl_abs(Tensor* self) { return make([&] { return self->abs(); }); }
API Tensor* bl_neg(Tensor* self) { return make([&] { return self->neg(); }); }
API Tensor* bl_exp(Tensor* self) { return make([&] { return self->exp(); }); }
API int bl_exp_(Tensor* self) { return run([&] { self->exp_(); }); }
API Tensor* bl_sqrt(Tensor* self) { return make([&] { return self->sqrt(); }); }
API int bl_sqrt_(Tensor* self) { return run([&] { self->sqrt_(); }); }
API Tensor* bl_rsqrt(Tensor* self) { return make([&] { return self->rsqrt(); }); }
API Tensor* bl_sin(Tensor* self) { return make([&] { return self->sin(); }); }
API Tensor* bl_cos(Tensor* self) { return make([&] { return self->cos(); }); }
API Tensor* bl_log(Tensor* self) { return make([&] { return self->log(); }); }
API Tensor* bl_tanh(Tensor* self) { return make([&] { return self->tanh(); }); }
API Tensor* bl_sigmoid(Tensor* self) { return make([&] { return self->sigmoid(); }); }
API int bl_sigmoid_(Tensor* self) { return run([&] { self->sigmoid_(); }); }
API Tensor* bl_relu(Tensor* self) { return make([&] { return self->relu(); }); }
API int bl_relu_(Tensor* self) { return run([&] { self->relu_(); }); }
API Tensor* bl_floor(Tensor* self) { return make([&] { return self->floor(); }); }
API Tensor* bl_reciprocal(Tensor* self) { return make([&] { return self->reciprocal(); }); }
API Tensor* bl_sign(Tensor* self) { return make([&] { return self->sign(); }); }
API Tensor* bl_logical_not(Tensor* self) { return make([&] { return self->logical_not(); }); }

API Tensor* bl_square(Tensor* self) { return make([&] { return self->square(); }); }
API Tensor* bl_gelu(Tensor* self) { return make([&] { return at::gelu(*self); }); }
API Tensor* bl_silu(Tensor* self) { return make([&] { return at::silu(*self); }); }
API int bl_silu_(Tensor* self) { return run([&] { at::silu_(*self); }); }
API int bl_frexp(Tensor* self, Tensor** mantissa, Tensor** exponent) { return run([&] { give(at::frexp(*self), mantissa, exponent); }); }
API Tensor* bl_ldexp(Tensor* self, Tensor* other) { return make([&] { return self->ldexp(*other); }); }
API int bl_round_(Tensor* self, int64_t decimals) { return run([&] { self->round_(decimals); }); }

API Tensor* bl_clamp(Tensor* self, ScalarValue min, ScalarValue max)
{
    return make([&] { return self->clamp(optional_scalar(min), optional_scalar(max)); });
}
API int bl_clamp_(Tensor* self, ScalarValue min, ScalarValue max) { return run([&] { self->clamp_(optional_scalar(min), optional_scalar(max)); }); }
API Tensor* bl_clamp_min(Tensor* self, ScalarValue min) { return make([&] { return self->clamp_min(scalar(min)); }); }
API Tensor* bl_softmax(Tensor* self, int64_t dim, int dtype) { return make([&] { return at::softmax(*self, dim, optional_dtype(dtype)); }); }
API Tensor* bl_log_softmax(Tensor* self, int64_t dim, int dtype) { return make([&] { return at::log_softmax(*self, dim, optional_dtype(dtype)); }); }

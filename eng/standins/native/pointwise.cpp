// Functions of one tensor, element by element.
#include "common.h"

API Tensor* bl_abs(Tensor* self) { return make([&] { return self->abs(); }); }
API int bl_abs_(Tensor* self) { return run([&] { self->abs_(); }); }
API Tensor* bl_neg(Tensor* self) { return make([&] { return self->neg(); }); }
API int bl_neg_(Tensor* self) { return run([&] { self->neg_(); }); }
API Tensor* bl_sqrt(Tensor* self) { return make([&] { return self->sqrt(); }); }
API int bl_sqrt_(Tensor* self) { return run([&] { self->sqrt_(); }); }
API Tensor* bl_rsqrt(Tensor* self) { return make([&] { return self->rsqrt(); }); }
API int bl_rsqrt_(Tensor* self) { return run([&] { self->rsqrt_(); }); }
API Tensor* bl_exp(Tensor* self) { return make([&] { return self->exp(); }); }
API int bl_exp_(Tensor* self) { return run([&] { self->exp_(); }); }
API Tensor* bl_log(Tensor* self) { return make([&] { return self->log(); }); }
API int bl_log_(Tensor* self) { return run([&] { self->log_(); }); }
API Tensor* bl_log1p(Tensor* self) { return make([&] { return self->log1p(); }); }
API int bl_log1p_(Tensor* self) { return run([&] { self->log1p_(); }); }
API Tensor* bl_sin(Tensor* self) { return make([&] { return self->sin(); }); }
API int bl_sin_(Tensor* self) { return run([&] { self->sin_(); }); }
API Tensor* bl_cos(Tensor* self) { return make([&] { return self->cos(); }); }
API int bl_cos_(Tensor* self) { return run([&] { self->cos_(); }); }
API Tensor* bl_tanh(Tensor* self) { return make([&] { return self->tanh(); }); }
API int bl_tanh_(Tensor* self) { return run([&] { self->tanh_(); }); }
API Tensor* bl_sigmoid(Tensor* self) { return make([&] { return self->sigmoid(); }); }
API int bl_sigmoid_(Tensor* self) { return run([&] { self->sigmoid_(); }); }
API Tensor* bl_relu(Tensor* self) { return make([&] { return self->relu(); }); }
API int bl_relu_(Tensor* self) { return run([&] { self->relu_(); }); }
API Tensor* bl_floor(Tensor* self) { return make([&] { return self->floor(); }); }
API int bl_floor_(Tensor* self) { return run([&] { self->floor_(); }); }
API Tensor* bl_ceil(Tensor* self) { return make([&] { return self->ceil(); }); }
API int bl_ceil_(Tensor* self) { return run([&] { self->ceil_(); }); }
API Tensor* bl_trunc(Tensor* self) { return make([&] { return self->trunc(); }); }
API int bl_trunc_(Tensor* self) { return run([&] { self->trunc_(); }); }
API Tensor* bl_reciprocal(Tensor* self) { return make([&] { return self->reciprocal(); }); }
API int bl_reciprocal_(Tensor* self) { return run([&] { self->reciprocal_(); }); }
API Tensor* bl_erf(Tensor* self) { return make([&] { return self->erf(); }); }
API int bl_erf_(Tensor* self) { return run([&] { self->erf_(); }); }
API Tensor* bl_erfinv(Tensor* self) { return make([&] { return self->erfinv(); }); }
API int bl_erfinv_(Tensor* self) { return run([&] { self->erfinv_(); }); }
API Tensor* bl_sign(Tensor* self) { return make([&] { return self->sign(); }); }
API int bl_sign_(Tensor* self) { return run([&] { self->sign_(); }); }
API Tensor* bl_logical_not(Tensor* self) { return make([&] { return self->logical_not(); }); }
API int bl_logical_not_(Tensor* self) { return run([&] { self->logical_not_(); }); }

API Tensor* bl_square(Tensor* self) { return make([&] { return self->square(); }); }
API Tensor* bl_gelu(Tensor* self) { return make([&] { return at::gelu(*self); }); }
API Tensor* bl_silu(Tensor* self) { return make([&] { return at::silu(*self); }); }
API int bl_silu_(Tensor* self) { return run([&] { at::silu_(*self); }); }
API Tensor* bl_round(Tensor* self, int64_t decimals) { return make([&] { return self->round(decimals); }); }
API int bl_frexp(Tensor* self, Tensor** mantissa, Tensor** exponent) { return run([&] { give(at::frexp(*self), mantissa, exponent); }); }
API Tensor* bl_ldexp(Tensor* self, Tensor* other) { return make([&] { return self->ldexp(*other); }); }
API int bl_round_(Tensor* self, int64_t decimals) { return run([&] { self->round_(decimals); }); }

API Tensor* bl_isfinite(Tensor* self) { return make([&] { return self->isfinite(); }); }
API Tensor* bl_isnan(Tensor* self) { return make([&] { return self->isnan(); }); }
API Tensor* bl_isinf(Tensor* self) { return make([&] { return self->isinf(); }); }

API Tensor* bl_clamp(Tensor* self, ScalarValue min, ScalarValue max)
{
    return make([&] { return self->clamp(optional_scalar(min), optional_scalar(max)); });
}
API int bl_clamp_(Tensor* self, ScalarValue min, ScalarValue max) { return run([&] { self->clamp_(optional_scalar(min), optional_scalar(max)); }); }
API Tensor* bl_clamp_tensor(Tensor* self, Tensor* min, Tensor* max)
{
    return make([&] { return self->clamp(optional_tensor(min), optional_tensor(max)); });
}
API int bl_clamp_tensor_(Tensor* self, Tensor* min, Tensor* max) { return run([&] { self->clamp_(optional_tensor(min), optional_tensor(max)); }); }
API Tensor* bl_clamp_min(Tensor* self, ScalarValue min) { return make([&] { return self->clamp_min(scalar(min)); }); }
API int bl_clamp_min_(Tensor* self, ScalarValue min) { return run([&] { self->clamp_min_(scalar(min)); }); }
API Tensor* bl_clamp_max(Tensor* self, ScalarValue max) { return make([&] { return self->clamp_max(scalar(max)); }); }
API int bl_clamp_max_(Tensor* self, ScalarValue max) { return run([&] { self->clamp_max_(scalar(max)); }); }
API Tensor* bl_softmax(Tensor* self, int64_t dim, int dtype) { return make([&] { return at::softmax(*self, dim, optional_dtype(dtype)); }); }
API Tensor* bl_log_softmax(Tensor* self, int64_t dim, int dtype) { return make([&] { return at::log_softmax(*self, dim, optional_dtype(dtype)); }); }

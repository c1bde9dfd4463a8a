// Arithmetic of two tensors, or a tensor and a number.
#include "common.h"

API Tensor* bl_add(Tensor* self, Tensor* target, ScalarValue alpha) { return make([&] { return self->add(*target, scalar(alpha)); }); }
API Tensor* bl_add_scalar(Tensor* self, ScalarValue scalar, ScalarValue alpha)
{
    return make([&] { return self->add(::scalar(scalar), ::scalar(alpha)); });
}
API int bl_add_(Tensor* self, Tensor* target, ScalarValue alpha) { return run([&] { self->add_(*target, scalar(alpha)); }); }
API int bl_add_scalar_(Tensor* self, ScalarValue scalar, ScalarValue alpha) { return run([&] { self->add_(::scalar(scalar), ::scalar(alpha)); }); }

API Tensor* bl_sub(Tensor* self, Tensor* target) { return make([&] { return self->sub(*target); }); }
API Tensor* bl_sub_scalar(Tensor* self, ScalarValue target) { return make([&] { return self->sub(scalar(target)); }); }
API int bl_sub_(Tensor* self, Tensor* target) { return run([&] { self->sub_(*target); }); }
API int bl_sub_scalar_(Tensor* self, ScalarValue target) { return run([&] { self->sub_(scalar(target)); }); }

API Tensor* bl_mul(Tensor* self, Tensor* target) { return make([&] { return self->mul(*target); }); }
API Tensor* bl_mul_scalar(Tensor* self, ScalarValue target) { return make([&] { return self->mul(scalar(target)); }); }
API int bl_mul_(Tensor* self, Tensor* target) { return run([&] { self->mul_(*target); }); }
API int bl_mul_scalar_(Tensor* self, ScalarValue target) { return run([&] { self->mul_(scalar(target)); }); }

API Tensor* bl_div(Tensor* self, Tensor* target, int rounding_mode) { return make([&] { return self->div(*target, rounding(rounding_mode)); }); }
API Tensor* bl_div_scalar(Tensor* self, ScalarValue target, int rounding_mode)
{
    return make([&] { return self->div(scalar(target), rounding(rounding_mode)); });
}
API int bl_div_(Tensor* self, Tensor* target, int rounding_mode) { return run([&] { self->div_(*target, rounding(rounding_mode)); }); }
API int bl_div_scalar_(Tensor* self, ScalarValue target, int rounding_mode)
{
    return run([&] { self->div_(scalar(target), rounding(rounding_mode)); });
}
API Tensor* bl_floor_divide_scalar(Tensor* self, ScalarValue other) { return make([&] { return self->floor_divide(scalar(other)); }); }
API Tensor* bl_remainder_scalar(Tensor* self, ScalarValue scalar) { return make([&] { return self->remainder(::scalar(scalar)); }); }

API Tensor* bl_maximum(Tensor* self, Tensor* other) { return make([&] { return self->maximum(*other); }); }

API Tensor* bl_addcmul(Tensor* self, Tensor* tensor1, Tensor* tensor2, ScalarValue value)
{
    return make([&] { return self->addcmul(*tensor1, *tensor2, scalar(value)); });
}
API int bl_addcmul_(Tensor* self, Tensor* tensor1, Tensor* tensor2, ScalarValue value)
{
    return run([&] { self->addcmul_(*tensor1, *tensor2, scalar(value)); });
}
API int bl_addcdiv_(Tensor* self, Tensor* tensor1, Tensor* tensor2, ScalarValue value)
{
    return run([&] { self->addcdiv_(*tensor1, *tensor2, scalar(value)); });
}

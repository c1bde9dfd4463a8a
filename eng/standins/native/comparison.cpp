// Comparisons and logic.
#include "common.h"

API Tensor* bl_eq_scalar(Tensor* self, ScalarValue target) { return make([&] { return self->eq(scalar(target)); }); }
API int bl_eq_(Tensor* self, Tensor* target) { return run([&] { self->eq_(*target); }); }
API int bl_eq_scalar_(Tensor* self, ScalarValue target) { return run([&] { self->eq_(scalar(target)); }); }
API Tensor* bl_ne(Tensor* self, Tensor* target) { return make([&] { return self->ne(*target); }); }
API int bl_ne_(Tensor* self, Tensor* target) { return run([&] { self->ne_(*target); }); }
API Tensor* bl_ne_scalar(Tensor* self, ScalarValue target) { return make([&] { return self->ne(scalar(target)); }); }
API int bl_ne_scalar_(Tensor* self, ScalarValue target) { return run([&] { self->ne_(scalar(target)); }); }
API Tensor* bl_lt(Tensor* self, Tensor* target) { return make([&] { return self->lt(*target); }); }
API int bl_lt_(Tensor* self, Tensor* target) { return run([&] { self->lt_(*target); }); }
API Tensor* bl_lt_scalar(Tensor* self, ScalarValue target) { return make([&] { return self->lt(scalar(target)); }); }
API int bl_lt_scalar_(Tensor* self, ScalarValue target) { return run([&] { self->lt_(scalar(target)); }); }
API Tensor* bl_le(Tensor* self, Tensor* target) { return make([&] { return self->le(*target); }); }
API int bl_le_(Tensor* self, Tensor* target) { return run([&] { self->le_(*target); }); }
API Tensor* bl_le_scalar(Tensor* self, ScalarValue target) { return make([&] { return self->le(scalar(target)); }); }
API int bl_le_scalar_(Tensor* self, ScalarValue target) { return run([&] { self->le_(scalar(target)); }); }
API Tensor* bl_gt(Tensor* self, Tensor* target) { return make([&] { return self->gt(*target); }); }
API int bl_gt_(Tensor* self, Tensor* target) { return run([&] { self->gt_(*target); }); }
API Tensor* bl_gt_scalar(Tensor* self, ScalarValue target) { return make([&] { return self->gt(scalar(target)); }); }
API int bl_gt_scalar_(Tensor* self, ScalarValue target) { return run([&] { self->gt_(scalar(target)); }); }
API Tensor* bl_ge(Tensor* self, Tensor* target) { return make([&] { return self->ge(*target); }); }
API int bl_ge_(Tensor* self, Tensor* target) { return run([&] { self->ge_(*target); }); }
API Tensor* bl_ge_scalar(Tensor* self, ScalarValue target) { return make([&] { return self->ge(scalar(target)); }); }
API int bl_ge_scalar_(Tensor* self, ScalarValue target) { return run([&] { self->ge_(scalar(target)); }); }

API Tensor* bl_logical_and(Tensor* self, Tensor* other) { return make([&] { return self->logical_and(*other); }); }
API Tensor* bl_logical_or(Tensor* self, Tensor* other) { return make([&] { return self->logical_or(*other); }); }
API Tensor* bl_logical_xor(Tensor* self, Tensor* other) { return make([&] { return self->logical_xor(*other); }); }
API Tensor* bl_bitwise_and(Tensor* self, Tensor* other) { return make([&] { return self->bitwise_and(*other); }); }
API Tensor* bl_bitwise_or(Tensor* self, Tensor* other) { return make([&] { return self->bitwise_or(*other); }); }
API Tensor* bl_bitwise_xor(Tensor* self, Tensor* other) { return make([&] { return self->bitwise_xor(*other); }); }
API Tensor* bl_bitwise_not(Tensor* self) { return make([&] { return self->bitwise_not(); }); }
API Tensor* bl_bitwise_left_shift(Tensor* self, Tensor* other) { return make([&] { return self->bitwise_left_shift(*other); }); }
API Tensor* bl_bitwise_right_shift(Tensor* self, Tensor* other) { return make([&] { return self->bitwise_right_shift(*other); }); }
API Tensor* bl_isin(Tensor* self, Tensor* test_elements, bool assumeUnique, bool invert)
{
    return make([&] { return at::isin(*self, *test_elements, assumeUnique, invert); });
}
API int bl_allclose(Tensor* self, Tensor* target, double rtol, double atol, bool equal_nan, bool* result)
{
    return run([&] { *result = self->allclose(*target, rtol, atol, equal_nan); });
}
API Tensor* bl_where(Tensor* self, Tensor* condition, Tensor* y) { return make([&] { return at::where(*condition, *self, *y); }); }

// Comparisons and logic.
#include "common.h"

API Tensor* bl_eq_scalar(Tensor* self, ScalarValue target) { return make([&] { return self->eq(scalar(target)); }); }
API Tensor* bl_ne(Tensor* self, Tensor* target) { return make([&] { return self->ne(*target); }); }
API Tensor* bl_ne_scalar(Tensor* self, ScalarValue target) { return make([&] { return self->ne(scalar(target)); }); }
API Tensor* bl_lt(Tensor* self, Tensor* target) { return make([&] { return self->lt(*target); }); }
API Tensor* bl_lt_scalar(Tensor* self, ScalarValue target) { return make([&] { return self->lt(scalar(target)); }); }
API Tensor* bl_le_scalar(Tensor* self, ScalarValue target) { return make([&] { return self->le(scalar(target)); }); }
API Tensor* bl_gt_scalar(Tensor* self, ScalarValue target) { return make([&] { return self->gt(scalar(target)); }); }
API Tensor* bl_ge_scalar(Tensor* self, ScalarValue target) { return make([&] { return self->ge(scalar(target)); }); }

API Tensor* bl_logical_and(Tensor* self, Tensor* other) { return make([&] { return self->logical_and(*other); }); }
API Tensor* bl_logical_or(Tensor* self, Tensor* other) { return make([&] { return self->logical_or(*other); }); }
API int bl_allclose(Tensor* self, Tensor* target, double rtol, double atol, bool equal_nan, bool* result)
{
    return run([&] { *result = self->allclose(*target, rtol, atol, equal_nan); });
}
API Tensor* bl_where(Tensor* self, Tensor* condition, Tensor* y) { return make([&] { return at::where(*condition, *self, *y); }); }

// Products of matrices and vectors.
#include "common.h"

API Tensor* bl_matmul(Tensor* self, Tensor* target) { return make([&] { return self->matmul(*target); }); }
API Tensor* bl_mm(Tensor* self, Tensor* target) { return make([&] { return self->mm(*target); }); }
API Tensor* bl_bmm(Tensor* self, Tensor* batch2) { return make([&] { return self->bmm(*batch2); }); }

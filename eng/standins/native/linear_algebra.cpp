// Products of matrices and vectors.
#include "common.h"

API Tensor* bl_matmul(Tensor* self, Tensor* target) { return make([&] { return self->matmul(*target); }); }
API Tensor* bl_mm(Tensor* self, Tensor* target) { return make([&] { return self->mm(*target); }); }
API Tensor* bl_mv(Tensor* self, Tensor* target) { return make([&] { return self->mv(*target); }); }
API Tensor* bl_bmm(Tensor* self, Tensor* batch2) { return make([&] { return self->bmm(*batch2); }); }
API Tensor* bl_dot(Tensor* self, Tensor* target) { return make([&] { return self->dot(*target); }); }
API Tensor* bl_outer(Tensor* self, Tensor* vec2) { return make([&] { return self->outer(*vec2); }); }
API Tensor* bl_addmm(Tensor* self, Tensor* mat1, Tensor* mat2, float beta, float alpha)
{
    return make([&] { return self->addmm(*mat1, *mat2, beta, alpha); });
}
API int bl_addmm_(Tensor* self, Tensor* mat1, Tensor* mat2, float beta, float alpha) { return run([&] { self->addmm_(*mat1, *mat2, beta, alpha); }); }
API Tensor* bl_baddbmm(Tensor* self, Tensor* batch1, Tensor* batch2, float beta, float alpha)
{
    return make([&] { return self->baddbmm(*batch1, *batch2, beta, alpha); });
}

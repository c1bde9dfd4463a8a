// Products of matrices and vectors, and decompositions.
#include "common.h"

API Tensor* bl_matmul(Tensor* self, Tensor* target) { return make([&] { return self->matmul(*target); }); }
API Tensor* bl_mm(Tensor* self, Tensor* target) { return make([&] { return self->mm(*target); }); }
API Tensor* bl_bmm(Tensor* self, Tensor* batch2) { return make([&] { return self->bmm(*batch2); }); }
API int bl_addmm_(Tensor* self, Tensor* mat1, Tensor* mat2, float beta, float alpha)
{
    return run([&] { self->addmm_(*mat1, *mat2, beta, alpha); });
}

API int bl_linalg_qr(Tensor* input, int mode, Tensor** first, Tensor** second)
{
    const char* modes[] = {"reduced", "complete", "r"};
    return run([&] { give(at::linalg_qr(*input, modes[mode]), first, second); });
}
API int bl_linalg_svd(Tensor* input, bool full_matrices, Tensor** first, Tensor** second, Tensor** third)
{
    return run([&] {
        auto [u, s, vh] = at::linalg_svd(*input, full_matrices);
        give(std::make_tuple(u, s), first, second);
        *third = new Tensor(vh);
    });
}

// The layers and losses of torch.nn.functional.
#include "common.h"

API Tensor* bl_linear(Tensor* input, Tensor* weight, Tensor* bias)
{
    return make([&] { return at::linear(*input, *weight, optional_tensor(bias)); });
}
API Tensor* bl_embedding(Tensor* input, Tensor* weight, int64_t padding_idx, bool scale_grad_by_freq, bool sparse)
{
    return make([&] { return at::embedding(*weight, *input, padding_idx, scale_grad_by_freq, sparse); });
}
API Tensor* bl_layer_norm(Tensor* input, const int64_t* shape, int64_t shape_count, Tensor* weight, Tensor* bias, double eps)
{
    return make([&] { return at::layer_norm(*input, ints(shape, shape_count), optional_tensor(weight), optional_tensor(bias), eps); });
}
API Tensor* bl_dropout(Tensor* input, double p, bool training) { return make([&] { return at::dropout(*input, p, training); }); }
API int bl_dropout_(Tensor* input, double p, bool training) { return run([&] { at::dropout_(*input, p, training); }); }
API Tensor* bl_one_hot(Tensor* input, int64_t num_classes) { return make([&] { return at::one_hot(*input, num_classes); }); }
API Tensor* bl_softplus(Tensor* input, double beta, double threshold)
{
    return make([&] { return at::softplus(*input, beta, threshold); });
}
API Tensor* bl_log_sigmoid(Tensor* input) { return make([&] { return at::log_sigmoid(*input); }); }
API Tensor* bl_pad(Tensor* input, const int64_t* pad, int64_t pad_count, int mode, double value)
{
    return make([&] {
        switch (mode) {
        case 1: return at::pad(*input, ints(pad, pad_count), "reflect");
        case 2: return at::pad(*input, ints(pad, pad_count), "replicate");
        case 3: return at::pad(*input, ints(pad, pad_count), "circular");
        default: return at::constant_pad_nd(*input, ints(pad, pad_count), value);
        }
    });
}
API Tensor* bl_cosine_similarity(Tensor* first, Tensor* second, int64_t dim, double eps)
{
    return make([&] { return at::cosine_similarity(*first, *second, dim, eps); });
}

API Tensor* bl_cross_entropy(Tensor* input, Tensor* target, Tensor* weight, int64_t ignore_index, int64_t reduction, double label_smoothing)
{
    return make([&] {
        return at::cross_entropy_loss(*input, *target, optional_tensor(weight), reduction, ignore_index, label_smoothing);
    });
}
API Tensor* bl_nll_loss(Tensor* input, Tensor* target, Tensor* weight, int64_t reduction)
{
    return make([&] { return at::nll_loss_nd(*input, *target, optional_tensor(weight), reduction); });
}
API Tensor* bl_mse_loss(Tensor* input, Tensor* target, int64_t reduction)
{
    return make([&] { return at::mse_loss(*input, *target, reduction); });
}
API Tensor* bl_kl_div(Tensor* input, Tensor* target, int64_t reduction, bool log_target)
{
    return make([&] { return at::kl_div(*input, *target, reduction, log_target); });
}
API Tensor* bl_binary_cross_entropy_with_logits(Tensor* input, Tensor* target, Tensor* weight, Tensor* pos_weight, int64_t reduction)
{
    return make([&] {
        return at::binary_cross_entropy_with_logits(*input, *target, optional_tensor(weight), optional_tensor(pos_weight), reduction);
    });
}

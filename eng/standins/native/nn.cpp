// The layers and losses of torch.nn.functional.
#include "common.h"

API Tensor* bl_linear(Tensor* input, Tensor* weight, Tensor* bias)
{
    return make([&] { return at::linear(*input, *weight, optional_tensor(bias)); });
}
API Tensor* bl_layer_norm(Tensor* input, const int64_t* shape, int64_t shape_count, Tensor* weight, Tensor* bias, double eps)
{
    return make([&] { return at::layer_norm(*input, ints(shape, shape_count), optional_tensor(weight), optional_tensor(bias), eps); });
}
API Tensor* bl_dropout(Tensor* input, double p, bool training) { return make([&] { return at::dropout(*input, p, training); }); }
API int bl_dropout_(Tensor* input, double p, bool training) { return run([&] { at::dropout_(*input, p, training); }); }
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

API Tensor* bl_cross_entropy(Tensor* input, Tensor* target, Tensor* weight, int64_t ignore_index, int64_t reduction, double label_smoothing)
{
    return make([&] {
        return at::cross_entropy_loss(*input, *target, optional_tensor(weight), reduction, ignore_index, label_smoothing);
    });
}
API Tensor* bl_mse_loss(Tensor* input, Tensor* target, int64_t reduction)
{
    return make([&] { return at::mse_loss(*input, *target, reduction); });
}

// Tensors from nothing, from other tensors' shapes, and from memory and files.
#include "common.h"

namespace {

at::TensorOptions options(int type, int device_type, int device_index)
{
    return at::TensorOptions().dtype(dtype(type)).device(device(device_type, device_index));
}

// -1 keeps the model tensor's own type or device.
at::TensorOptions options_like(const Tensor& model, int type, int device_type, int device_index)
{
    auto result = model.options().requires_grad(c10::nullopt);
    if (type >= 0) result = result.dtype(dtype(type));
    if (device_type >= 0) result = result.device(device(device_type, device_index));
    return result;
}

template <class F> Tensor* make_leaf(bool requires_grad, F&& body)
{
    return make([&] {
        Tensor result = body();
        if (requires_grad) result.set_requires_grad(true);
        return result;
    });
}

}

#define OPTIONS int type, int device_type, int device_index, bool requires_grad
#define SIZES const int64_t* sizes, int64_t count

API Tensor* bl_empty(SIZES, OPTIONS)
{
    return make_leaf(requires_grad, [&] { return at::empty(ints(sizes, count), options(type, device_type, device_index)); });
}
API Tensor* bl_zeros(SIZES, OPTIONS)
{
    return make_leaf(requires_grad, [&] { return at::zeros(ints(sizes, count), options(type, device_type, device_index)); });
}
API Tensor* bl_ones(SIZES, OPTIONS)
{
    return make_leaf(requires_grad, [&] { return at::ones(ints(sizes, count), options(type, device_type, device_index)); });
}
API Tensor* bl_full(SIZES, ScalarValue value, OPTIONS)
{
    return make_leaf(requires_grad, [&] { return at::full(ints(sizes, count), scalar(value), options(type, device_type, device_index)); });
}
API Tensor* bl_rand(at::Generator* generator, SIZES, OPTIONS)
{
    return make_leaf(requires_grad,
        [&] { return at::rand(ints(sizes, count), optional_generator(generator), options(type, device_type, device_index)); });
}
API Tensor* bl_randn(at::Generator* generator, SIZES, OPTIONS)
{
    return make_leaf(requires_grad,
        [&] { return at::randn(ints(sizes, count), optional_generator(generator), options(type, device_type, device_index)); });
}
API Tensor* bl_randint(at::Generator* generator, int64_t low, int64_t high, SIZES, OPTIONS)
{
    return make_leaf(requires_grad, [&] {
        return at::randint(low, high, ints(sizes, count), optional_generator(generator), options(type, device_type, device_index));
    });
}
API Tensor* bl_randperm(at::Generator* generator, int64_t n, OPTIONS)
{
    return make_leaf(requires_grad,
        [&] { return at::randperm(n, optional_generator(generator), options(type, device_type, device_index)); });
}
API Tensor* bl_arange(ScalarValue start, ScalarValue stop, ScalarValue step, OPTIONS)
{
    return make_leaf(requires_grad,
        [&] { return at::arange(scalar(start), scalar(stop), scalar(step), options(type, device_type, device_index)); });
}

API Tensor* bl_zeros_like(Tensor* self, OPTIONS)
{
    return make_leaf(requires_grad, [&] { return at::zeros_like(*self, options_like(*self, type, device_type, device_index)); });
}
API Tensor* bl_ones_like(Tensor* self, OPTIONS)
{
    return make_leaf(requires_grad, [&] { return at::ones_like(*self, options_like(*self, type, device_type, device_index)); });
}
API Tensor* bl_full_like(Tensor* self, ScalarValue value, OPTIONS)
{
    return make_leaf(requires_grad,
        [&] { return at::full_like(*self, scalar(value), options_like(*self, type, device_type, device_index)); });
}

API Tensor* bl_from_file(const char* filename, bool shared, int64_t size, OPTIONS)
{
    return make_leaf(requires_grad,
        [&] { return at::from_file(filename, shared, size, options(type, device_type, device_index)); });
}

// What every file of the C interface shares: exported functions never throw. A function that makes a tensor returns null,
// any other returns a non-zero status, when libtorch threw; the message then waits in bl_last_error of the same thread.
#pragma once
#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

using at::Tensor;

#define API extern "C" __attribute__((visibility("default")))

void remember_error() noexcept;

template <class F> Tensor* make(F&& body) noexcept
{
    try {
        return new Tensor(body());
    } catch (...) {
        remember_error();
        return nullptr;
    }
}

template <class F> int run(F&& body) noexcept
{
    try {
        body();
        return 0;
    } catch (...) {
        remember_error();
        return 1;
    }
}

// A number as C# passes it: kind is Bool, Int64 or Float64 (as c10::ScalarType), or -1 for none; bits hold the value.
struct ScalarValue
{
    int64_t bits;
    int64_t kind;
};

inline at::Scalar scalar(ScalarValue value)
{
    if (value.kind == static_cast<int64_t>(at::ScalarType::Bool)) return at::Scalar(value.bits != 0);
    if (value.kind == static_cast<int64_t>(at::ScalarType::Long)) return at::Scalar(value.bits);
    double real;
    memcpy(&real, &value.bits, sizeof real);
    return at::Scalar(real);
}

inline c10::optional<at::Scalar> optional_scalar(ScalarValue value)
{
    return value.kind < 0 ? c10::nullopt : c10::optional<at::Scalar>(scalar(value));
}

inline at::ScalarType dtype(int code) { return static_cast<at::ScalarType>(code); }

inline c10::optional<at::ScalarType> optional_dtype(int code)
{
    return code < 0 ? c10::nullopt : c10::optional<at::ScalarType>(dtype(code));
}

// TorchSharp's RoundingMode: None, trunc, floor.
inline c10::optional<c10::string_view> rounding(int mode)
{
    if (mode == 0) return c10::nullopt;
    return c10::optional<c10::string_view>(mode == 1 ? "trunc" : "floor");
}

inline at::Device device(int type, int index)
{
    return at::Device(static_cast<at::DeviceType>(type), static_cast<at::DeviceIndex>(index));
}

inline c10::optional<Tensor> optional_tensor(Tensor* tensor)
{
    return tensor == nullptr ? c10::nullopt : c10::optional<Tensor>(*tensor);
}

// No dimension is INT64_MIN.
inline c10::optional<int64_t> optional_int(int64_t value)
{
    return value == INT64_MIN ? c10::nullopt : c10::optional<int64_t>(value);
}

inline c10::optional<at::Generator> optional_generator(at::Generator* generator)
{
    return generator == nullptr ? c10::nullopt : c10::optional<at::Generator>(*generator);
}

inline at::IntArrayRef ints(const int64_t* data, int64_t count)
{
    return at::IntArrayRef(data, static_cast<size_t>(count));
}

// Null entries become undefined tensors.
inline std::vector<Tensor> tensors(Tensor** data, int64_t count)
{
    std::vector<Tensor> result;
    result.reserve(count);
    for (int64_t i = 0; i < count; i++) result.push_back(data[i] == nullptr ? Tensor() : *data[i]);
    return result;
}

// Hands out an array that bl_array_free takes back; undefined tensors become null.
inline void give(const std::vector<Tensor>& from, Tensor*** data, int64_t* count)
{
    auto result = new Tensor*[from.size()];
    for (size_t i = 0; i < from.size(); i++) result[i] = from[i].defined() ? new Tensor(from[i]) : nullptr;
    *data = result;
    *count = static_cast<int64_t>(from.size());
}

inline void give(const std::tuple<Tensor, Tensor>& from, Tensor** first, Tensor** second)
{
    *first = new Tensor(std::get<0>(from));
    *second = new Tensor(std::get<1>(from));
}

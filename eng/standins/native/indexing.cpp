// The index expressions of Python: x[1, ..., 2:5, mask].
#include "common.h"
#include <ATen/TensorIndexing.h>

// One place of an index expression as C# passes it; INT64_MIN in a slice means "not given".
struct IndexValue
{
    int64_t kind;
    int64_t start;
    int64_t stop;
    int64_t step;
    Tensor* tensor;
};

namespace {

enum Kind : int64_t { none, ellipsis, boolean, single, slice, tensor };

at::indexing::TensorIndex index(const IndexValue& value)
{
    switch (value.kind) {
    case none: return at::indexing::None;
    case ellipsis: return at::indexing::Ellipsis;
    case boolean: return value.start != 0;
    case single: return value.start;
    case tensor: return *value.tensor;
    default:
        return at::indexing::Slice(optional_int(value.start), optional_int(value.stop), optional_int(value.step));
    }
}

std::vector<at::indexing::TensorIndex> indices(const IndexValue* values, int64_t count)
{
    std::vector<at::indexing::TensorIndex> result;
    for (int64_t i = 0; i < count; i++) result.push_back(index(values[i]));
    return result;
}

}

API Tensor* bl_index(Tensor* self, const IndexValue* values, int64_t count)
{
    return make([&] { return self->index(indices(values, count)); });
}
API int bl_index_put_(Tensor* self, const IndexValue* values, int64_t count, Tensor* value)
{
    return run([&] { self->index_put_(indices(values, count), *value); });
}

// Gradients: of a tensor, of a graph, and whether they are recorded.
#include "common.h"
#include <c10/core/InferenceMode.h>

API bool bl_requires_grad(Tensor* self) { return self->requires_grad(); }
API int bl_set_requires_grad(Tensor* self, bool value) { return run([&] { self->set_requires_grad(value); }); }
API int bl_set_grad(Tensor* self, Tensor* grad)
{
    return run([&] { self->mutable_grad() = grad == nullptr ? Tensor() : *grad; });
}
API Tensor* bl_grad(Tensor* self) { return self->grad().defined() ? make([&] { return self->grad(); }) : nullptr; }

API int bl_autograd_grad(Tensor** outputs, int64_t outputs_count, Tensor** inputs, int64_t inputs_count, Tensor** grad_outputs,
    int64_t grad_outputs_count, bool retain_graph, bool create_graph, bool allow_unused, Tensor*** data, int64_t* count)
{
    return run([&] {
        give(torch::autograd::grad(tensors(outputs, outputs_count), tensors(inputs, inputs_count),
            tensors(grad_outputs, grad_outputs_count), retain_graph, create_graph, allow_unused), data, count);
    });
}

API int bl_autograd_backward(Tensor** roots, int64_t roots_count, Tensor** grads, int64_t grads_count, bool retain_graph,
    bool create_graph, Tensor** inputs, int64_t inputs_count)
{
    return run([&] {
        torch::autograd::backward(tensors(roots, roots_count), tensors(grads, grads_count), retain_graph, create_graph,
            tensors(inputs, inputs_count));
    });
}

API bool bl_is_grad_enabled() { return at::GradMode::is_enabled(); }
API void bl_set_grad_enabled(bool enabled) { at::GradMode::set_enabled(enabled); }

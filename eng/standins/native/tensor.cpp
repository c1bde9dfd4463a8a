// Life, properties, conversions and copies of a tensor.
#include "common.h"

API void bl_tensor_free(Tensor* self) { delete self; }
API void bl_array_free(Tensor** data) { delete[] data; }

API int64_t bl_ndim(Tensor* self) { return self->dim(); }
API int64_t bl_numel(Tensor* self) { return self->numel(); }
API int64_t bl_element_size(Tensor* self) { return self->element_size(); }
API int bl_dtype(Tensor* self) { return static_cast<int>(self->scalar_type()); }
API int bl_device_type(Tensor* self) { return static_cast<int>(self->device().type()); }
API int bl_device_index(Tensor* self) { return self->device().index(); }
API void bl_sizes(Tensor* self, int64_t* sizes) { std::copy(self->sizes().begin(), self->sizes().end(), sizes); }
API void bl_strides(Tensor* self, int64_t* strides) { std::copy(self->strides().begin(), self->strides().end(), strides); }
API int bl_size(Tensor* self, int64_t dim, int64_t* result) { return run([&] { *result = self->size(dim); }); }
API bool bl_is_contiguous(Tensor* self) { return self->is_contiguous(); }
API int bl_data(Tensor* self, void** result) { return run([&] { *result = self->data_ptr(); }); }

API Tensor* bl_eq(Tensor* self, Tensor* target) { return make([&] { return self->eq(*target); }); }
API Tensor* bl_alias(Tensor* self) { return make([&] { return self->alias(); }); }
API Tensor* bl_clone(Tensor* self) { return make([&] { return self->clone(); }); }
API Tensor* bl_detach(Tensor* self) { return make([&] { return self->detach(); }); }
API int bl_fill_(Tensor* self, ScalarValue value) { return run([&] { self->fill_(scalar(value)); }); }
API int bl_zero_(Tensor* self) { return run([&] { self->zero_(); }); }
API int bl_set_(Tensor* self, Tensor* source) { return run([&] { self->set_(*source); }); }
API int bl_copy_(Tensor* self, Tensor* source, bool non_blocking) { return run([&] { self->copy_(*source, non_blocking); }); }

API Tensor* bl_to(Tensor* self, int type, int device_type, int device_index, bool copy, bool non_blocking)
{
    return make([&] { return self->to(device(device_type, device_index), dtype(type), non_blocking, copy); });
}

/*
 * verify.h - model == model.
 */
#ifndef CR_CORE_VERIFY_H
#define CR_CORE_VERIFY_H

#include "core/model.h"

/* Field by field; the first difference is recorded by name (fail_plain) and -1 returned. */
int verify_models(const struct model *image, const struct model *rebuilt);

#endif

"use client";
import Form from "@rjsf/core";
import type { ErrorSchema, RJSFSchema } from "@rjsf/utils";
import { useMemo } from "react";
import type { Json, JsonObject } from "@/engine/json";
import { fieldOrder } from "./field-order";
import { ArrayItemTemplate, ArrayTemplate, FieldTemplate, ObjectTemplate } from "./form-templates";
import { BaseInput, CheckboxWidget, SelectWidget, TextareaWidget } from "./form-widgets";
import { schemaValidator } from "./schema-validator";

type SchemaFormProps = {
  schema: JsonObject;
  data: Json;
  onChange: (data: Json) => void;
  errors: ErrorSchema<unknown> | undefined;
};

const templates = {
  FieldTemplate,
  ObjectFieldTemplate: ObjectTemplate,
  ArrayFieldTemplate: ArrayTemplate,
  ArrayFieldItemTemplate: ArrayItemTemplate,
  BaseInputTemplate: BaseInput,
  FieldErrorTemplate: () => null,
};
const widgets = { SelectWidget, CheckboxWidget, TextareaWidget };

/** A form made of a JSON Schema, in the product's controls. It shows the errors it is given and submits nothing itself. */
export function SchemaForm({ schema, data, onChange, errors }: SchemaFormProps) {
  const uiSchema = useMemo(
    () => ({ ...fieldOrder(schema), "ui:submitButtonOptions": { norender: true }, "ui:title": "" }),
    [schema],
  );
  return (
    <Form<unknown, RJSFSchema>
      tagName="div"
      idPrefix="data"
      schema={schema as RJSFSchema}
      uiSchema={uiSchema}
      formData={data}
      validator={schemaValidator}
      templates={templates}
      widgets={widgets}
      noValidate
      noHtml5Validate
      showErrorList={false}
      {...(errors ? { extraErrors: errors } : {})}
      onChange={(event) => onChange((event.formData ?? null) as Json)}
    />
  );
}

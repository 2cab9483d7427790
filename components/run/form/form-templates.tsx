import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  ObjectFieldTemplateProps,
  RJSFSchema,
} from "@rjsf/utils";
import { canExpand } from "@rjsf/utils";
import { Plus, Trash2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { FieldError, Label } from "@/components/ui/field";
import { titleFrom } from "@/engine/definition/defaults";

/** `order_id` as "Order id", unless the schema gave a title. */
const nameOf = (title: string) => (/^[a-z0-9_]+$/.test(title) ? titleFrom(title) : title);

/** A field: label, control, what is wrong, a hint. Groups bring their own heading. */
export function FieldTemplate(props: FieldTemplateProps<unknown, RJSFSchema>) {
  const { id, label, required, rawErrors, rawDescription, children, schema, hidden, displayLabel } = props;
  if (hidden) return <div className="hidden">{children}</div>;
  const group = schema.type === "object" || schema.type === "array";
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1.5">
      {displayLabel && !group && schema.type !== "boolean" && (
        <Label htmlFor={id}>
          {nameOf(label)}
          {required && <span className="font-normal text-ink-3"> (required)</span>}
        </Label>
      )}
      {children}
      {rawErrors && rawErrors.length > 0 && <FieldError id={`${id}-error`}>{rawErrors.join(". ")}</FieldError>}
      {rawDescription && !group && <p className="text-ink-3 text-xs">{rawDescription}</p>}
    </div>
  );
}

/** Nested objects stand behind a line; the outermost has none. */
export function ObjectTemplate(props: ObjectFieldTemplateProps<unknown, RJSFSchema>) {
  const { title, properties, fieldPathId, schema, uiSchema, formData, onAddProperty } = props;
  const outermost = fieldPathId.path.length === 0;
  const place = fieldPathId.path.at(-1);
  const fields = (
    <>
      {properties.map((property) => (
        <div key={property.name}>{property.content}</div>
      ))}
      {canExpand(schema, uiSchema, formData) && !outermost && (
        <Button size="sm" className="self-start" onClick={() => onAddProperty()}>
          <Plus aria-hidden /> Add a property
        </Button>
      )}
    </>
  );
  if (outermost) return <div className="flex flex-col gap-4">{fields}</div>;
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 border-l pl-3">
      <legend className="pb-2 font-medium text-ink-2 text-xs">
        {typeof place === "number" ? `Item ${place + 1}` : nameOf(title)}
      </legend>
      {fields}
    </fieldset>
  );
}

export function ArrayTemplate({ title, items, canAdd, onAddClick }: ArrayFieldTemplateProps<unknown, RJSFSchema>) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="pb-1.5 font-medium text-ink-2 text-xs">
        {nameOf(title)} <span className="font-normal text-ink-3">{items.length}</span>
      </legend>
      {items}
      {canAdd && (
        <Button size="sm" className="self-start" onClick={(event) => onAddClick(event)}>
          <Plus aria-hidden /> Add
        </Button>
      )}
    </fieldset>
  );
}

export function ArrayItemTemplate(props: ArrayFieldItemTemplateProps<unknown, RJSFSchema>) {
  const { children, buttonsProps, index, hasToolbar } = props;
  return (
    <div className="flex items-start gap-2">
      <div className="min-w-0 flex-1">{children}</div>
      {hasToolbar && buttonsProps.hasRemove && (
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label={`Remove item ${index + 1}`}
          onClick={(event) => buttonsProps.onRemoveItem(event)}
        >
          <Trash2 aria-hidden />
        </Button>
      )}
    </div>
  );
}

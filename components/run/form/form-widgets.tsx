import type { BaseInputTemplateProps, RJSFSchema, WidgetProps } from "@rjsf/utils";
import { getInputProps } from "@rjsf/utils";
import { Checkbox } from "@/components/ui/checkbox";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";

type Props = WidgetProps<unknown, RJSFSchema>;

const describedBy = ({ id, rawErrors }: Props) => (rawErrors?.length ? `${id}-error` : undefined);

/** Text, numbers, dates: one line of input. */
export function BaseInput(props: BaseInputTemplateProps<unknown, RJSFSchema>) {
  const { id, schema, type, options, value, required, readonly, disabled, onChange, rawErrors, placeholder } = props;
  const { step, min, max, type: inputType } = getInputProps<unknown, RJSFSchema>(schema, type, options);
  return (
    <Input
      id={id}
      type={inputType}
      step={step}
      min={min}
      max={max}
      required={required}
      readOnly={readonly}
      disabled={disabled}
      placeholder={placeholder}
      aria-invalid={rawErrors?.length ? true : undefined}
      aria-describedby={describedBy(props)}
      value={value ?? ""}
      onChange={({ target }) => onChange(target.value === "" ? options.emptyValue : target.value)}
    />
  );
}

/** One of an enum. Choices go by their place, since values may be anything. */
export function SelectWidget(props: Props) {
  const { id, value, options, disabled, readonly, onChange, label, rawErrors } = props;
  const choices = options.enumOptions ?? [];
  const index = choices.findIndex((choice) => choice.value === value);
  return (
    <Select
      id={id}
      aria-label={label}
      aria-invalid={rawErrors?.length ? true : undefined}
      aria-describedby={describedBy(props)}
      value={index < 0 ? undefined : String(index)}
      disabled={disabled || readonly || false}
      onValueChange={(next) => onChange(choices[Number(next)]?.value)}
      options={choices.map((choice, at) => ({ value: String(at), label: choice.label }))}
    />
  );
}

export function CheckboxWidget({ id, value, label, disabled, readonly, onChange }: Props) {
  return (
    <span className="flex items-center gap-2 text-sm">
      <Checkbox
        id={id}
        checked={value === true}
        disabled={disabled || readonly}
        onCheckedChange={(checked) => onChange(checked === true)}
      />
      <label htmlFor={id}>{label}</label>
    </span>
  );
}

export function TextareaWidget(props: Props) {
  const { id, value, disabled, readonly, onChange, options } = props;
  return (
    <Textarea
      id={id}
      value={value ?? ""}
      disabled={disabled}
      readOnly={readonly}
      aria-describedby={describedBy(props)}
      onChange={({ target }) => onChange(target.value === "" ? options.emptyValue : target.value)}
    />
  );
}

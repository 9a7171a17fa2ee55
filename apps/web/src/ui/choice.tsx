import { Select } from 'antd';

interface ChoiceProps<Value extends string> {
  /** What is chosen, for those who cannot see the placeholder. */
  label: string;
  /** Shown while nothing is chosen. */
  placeholder: string;
  value: Value | undefined;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value | undefined) => void;
  testId?: string;
}

/** One filter of a list. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  return (
    <Select<Value>
      allowClear
      placeholder={props.placeholder}
      aria-label={props.label}
      value={props.value}
      onChange={(value: Value | undefined) => props.onChange(value)}
      options={[...props.options]}
      // A choice that is longer than the field is read whole.
      popupMatchSelectWidth={false}
      style={{ minWidth: 140 }}
      data-testid={props.testId}
    />
  );
}

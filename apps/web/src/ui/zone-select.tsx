import { Select, type SelectProps } from 'antd';
import { useMemo } from 'react';

interface ZoneSelectProps extends Pick<SelectProps<string>, 'id' | 'value' | 'onChange'> {
  /** The one that is set: shown even where the browser does not know it. */
  own: string;
}

/** A field of a form: an IANA zone. */
export function ZoneSelect({ own, ...field }: ZoneSelectProps) {
  const zones = useMemo(() => [...new Set([own, 'UTC', ...Intl.supportedValuesOf('timeZone')])], [own]);
  return (
    <Select
      {...field}
      showSearch={{ optionFilterProp: 'label' }}
      options={zones.map((zone) => ({ value: zone, label: zone }))}
    />
  );
}

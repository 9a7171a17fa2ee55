import { SearchOutlined } from '@ant-design/icons';
import { Input, Tooltip } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

const SEARCH_DELAY_MS = 350;

interface SearchBoxProps {
  value: string | undefined;
  placeholder: string;
  onSearch: (text: string | undefined) => void;
  testId: string;
}

/** As the gateway has it: a search of nothing but blanks and punctuation is refused. */
const SAYS_SOMETHING = /[\p{L}\p{N}]/u;

/** Searches when typing rests. What the gateway would refuse is said here first. */
export function SearchBox({ value, placeholder, onSearch, testId }: SearchBoxProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(value ?? '');
  const trimmed = text.trim();
  const saysNothing = text !== '' && !SAYS_SOMETHING.test(text);

  // Only a change from outside replaces what is being typed; a space at its end must stay.
  useEffect(() => setText((typed) => (typed.trim() === (value ?? '') ? typed : (value ?? ''))), [value]);

  useEffect(() => {
    if (saysNothing || trimmed === (value ?? '')) return;
    const timer = setTimeout(() => onSearch(trimmed === '' ? undefined : trimmed), SEARCH_DELAY_MS);
    return () => clearTimeout(timer);
  }, [trimmed, saysNothing, value, onSearch]);

  return (
    <Tooltip open={saysNothing} title={t('orders:searchNothing')} placement="bottomLeft">
      <Input
        allowClear
        type="search"
        prefix={<SearchOutlined aria-hidden="true" />}
        aria-label={placeholder}
        placeholder={placeholder}
        value={text}
        maxLength={100}
        status={saysNothing ? 'warning' : undefined}
        onChange={(event) => setText(event.target.value)}
        style={{ width: 250, maxWidth: '100%' }}
        data-testid={testId}
      />
    </Tooltip>
  );
}

import { GlobalOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, currentLanguage, LOCALES } from '../i18n/start';

/** Each language by its own name, so that who cannot read this page finds theirs. */
const NAMES = { zh: '中文', en: 'English' } as const;

export function LanguageSwitch() {
  const { t } = useTranslation();
  const other = currentLanguage() === 'zh' ? 'en' : 'zh';
  return (
    <Button
      type="text"
      icon={<GlobalOutlined />}
      onClick={() => void chooseLanguage(other)}
      lang={LOCALES[other]}
      title={t('app:language')}
      data-testid="lang-switch"
    >
      {NAMES[other]}
    </Button>
  );
}

import { QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RouterProvider } from 'react-router';
import { currentLanguage } from '../i18n/start';
import { theme } from '../ui/theme';
import { ConnectionBanner } from './connection-banner';
import { createQueryClient } from './query-client';
import { router } from './routes';

export function App() {
  // Re-renders when the language changes; antd and dayjs keep languages of their own.
  useTranslation();
  const language = currentLanguage();
  const [queryClient] = useState(createQueryClient);

  useEffect(() => {
    dayjs.locale(language === 'zh' ? 'zh-cn' : 'en');
  }, [language]);

  return (
    <ConfigProvider
      button={{ autoInsertSpace: false }}
      theme={theme}
      locale={language === 'zh' ? zhCN : enUS}
    >
      <AntApp>
        <QueryClientProvider client={queryClient}>
          <ConnectionBanner />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}

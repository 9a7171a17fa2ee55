import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { problemSentence } from './problem-panel';

/** Short messages for what was done, and for what failed where no panel has its place. */
export function useNotify() {
  const { message, notification } = App.useApp();
  const { t } = useTranslation();
  return {
    done(text: string): void {
      void message.success(text);
    },
    warned(title: string, description: string): void {
      notification.warning({ title, description });
    },
    failed(error: unknown): void {
      const problem = asProblem(error);
      notification.error({
        title: problemSentence(problem),
        description: problem.correlationId
          ? `${t('common:correlationId')}: ${problem.correlationId}`
          : undefined,
      });
    },
  };
}

import { Alert, Button, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { type ApiProblem, asProblem } from '../api/problem';
import { currentLanguage, type Language, problemText } from '../i18n/start';
import { saidText } from './said-text';

/** What a problem says in the reader's language: our sentence for its code, else the server's. */
export function problemSentence(problem: ApiProblem): string {
  const language = currentLanguage();
  return (
    problemText(problem.code, language) ??
    problem.detail ??
    problemText(`http.${problem.status}`, language) ??
    problem.message
  );
}

/** More than the sentence says: what came of it; else the server's own words where the reader has no others. */
function detailOf({ why, detail, code }: ApiProblem, language: Language): string | null {
  if (why !== null) return saidText(why, language);
  return language === 'en' || problemText(code, language) === undefined ? detail : null;
}

interface ProblemPanelProps {
  error: unknown;
  onRetry?: () => void;
}

/** A failed call: what happened, the fields it names, the id to ask the operator about, and a way on. */
export function ProblemPanel({ error, onRetry }: ProblemPanelProps) {
  const { t } = useTranslation();
  const problem = asProblem(error);
  const sentence = problemSentence(problem);
  const language = currentLanguage();
  const told = detailOf(problem, language);
  const detail = told === sentence ? null : told;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      data-testid="problem"
      title={sentence}
      description={
        <>
          {detail && <div className="small soft">{detail}</div>}
          {problem.fields.map((field) => (
            <div key={`${field.field} ${field.code}`}>{saidText(field, language)}</div>
          ))}
          {problem.correlationId && (
            <div className="small soft">
              {t('common:correlationId')}:{' '}
              <Typography.Text className="mono" copyable>
                {problem.correlationId}
              </Typography.Text>
            </div>
          )}
        </>
      }
      action={
        onRetry && (
          <Button size="small" onClick={onRetry}>
            {t('common:retry')}
          </Button>
        )
      }
    />
  );
}

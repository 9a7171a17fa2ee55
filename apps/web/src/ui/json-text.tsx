import { Typography } from 'antd';
import { indentJson } from './indent-json';

/** JSON as it came, laid out for reading; what is not JSON is shown as it is. */
export function JsonText({ text }: { text: string }) {
  const laidOut = indentJson(text);
  return (
    <div style={{ position: 'relative' }}>
      <Typography.Text copyable={{ text }} style={{ position: 'absolute', top: 8, right: 12 }} />
      <pre className="raw-text" data-testid="raw-text">
        {laidOut}
      </pre>
    </div>
  );
}

import { PictureOutlined } from '@ant-design/icons';
import { type ReactNode, useState } from 'react';
import { Link, type To } from 'react-router';

/** Pictures live on the marketplace's servers and may be gone. */
export function Thumb({ url, size = 40 }: { url: string | null; size?: number }) {
  const [failedUrl, setFailedUrl] = useState<string | null>(null);
  const isShown = url !== null && url !== failedUrl;
  return (
    <span className="thumb" style={{ width: size, height: size }}>
      {isShown ? (
        <img src={url} alt="" loading="lazy" referrerPolicy="no-referrer" onError={() => setFailedUrl(url)} />
      ) : (
        <PictureOutlined aria-hidden="true" />
      )}
    </span>
  );
}

interface ProductsProps {
  imageUrl: string | null;
  name: string;
  sub?: ReactNode;
  size?: number;
  /** Where the row of a list leads. */
  to?: To;
}

export function Goods({ imageUrl, name, sub, size, to }: ProductsProps) {
  return (
    <div className="goods">
      <Thumb url={imageUrl} size={size} />
      <div className="goods-text">
        <div className="ellipsis" title={name}>
          {to === undefined ? (
            name
          ) : (
            <Link className="row-link" to={to}>
              {name}
            </Link>
          )}
        </div>
        {sub && <div className="soft small ellipsis">{sub}</div>}
      </div>
    </div>
  );
}

/** The parts that are there, divided by dots. */
export function joined(...parts: (string | null | undefined)[]): string {
  return parts.filter((part) => part !== null && part !== undefined && part !== '').join(' · ');
}

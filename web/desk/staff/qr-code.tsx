import { create } from 'qrcode'
import { useMemo } from 'react'

/** Modules of quiet around it, without which phones do not find it. */
const QUIET = 4

/** A text as a QR code to be scanned from a screen or from paper: black on white, whatever the page's colours are. */
export default function QrCode({ text, label, size }: { text: string; label: string; size: number }) {
  const { modules, path } = useMemo(() => drawn(text), [text])
  const width = modules + 2 * QUIET
  return (
    <svg
      role="img"
      aria-label={label}
      width={size}
      height={size}
      viewBox={`${-QUIET} ${-QUIET} ${width} ${width}`}
      shapeRendering="crispEdges"
      style={{ background: '#fff', borderRadius: 8, maxWidth: '100%', height: 'auto', printColorAdjust: 'exact' }}
    >
      <rect x={-QUIET} y={-QUIET} width={width} height={width} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}

function drawn(text: string): { modules: number; path: string } {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const { size, data } = modules
  const squares = [...data.keys()].filter(at => data[at])
  return { modules: size, path: squares.map(at => `M${at % size} ${Math.floor(at / size)}h1v1h-1z`).join('') }
}

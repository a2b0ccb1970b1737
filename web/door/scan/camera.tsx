import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './camera.module.css'
import { type Detector, newDetector } from './detector.ts'
import { withoutRepeats } from './repeats.ts'

type Trouble = 'refused' | 'none' | 'insecure' | 'broken'

/** The camera's picture, and each code that it sees. */
export function Camera({ onCode }: { onCode: (text: string) => void }) {
  const { t } = useTranslation('door')
  const video = useRef<HTMLVideoElement>(null)
  const tell = useEffectEvent(onCode)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [isReady, setIsReady] = useState(false)
  const [attempt, setAttempt] = useState(0)
  const [cameras, setCameras] = useState<string[]>([])
  const [camera, setCamera] = useState<string | null>(null)
  const [torch, setTorch] = useState<{ track: MediaStreamTrack; isOn: boolean } | null>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is the same again
  useEffect(() => {
    let stopped = false
    let stream: MediaStream | null = null
    const stop = () => {
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
    const start = async () => {
      if (!navigator.mediaDevices) return setTrouble('insecure')
      setTrouble(null)
      setIsReady(false)
      setTorch(null)
      try {
        stream = await navigator.mediaDevices.getUserMedia({
          audio: false,
          video: {
            width: { ideal: 1280 },
            height: { ideal: 720 },
            ...(camera === null ? { facingMode: { ideal: 'environment' } } : { deviceId: { exact: camera } }),
          },
        })
      } catch (error) {
        return setTrouble(troubleOf(error))
      }
      if (stopped || !video.current) return stop()
      video.current.srcObject = stream
      await video.current.play().catch(() => {})
      const [track] = stream.getVideoTracks()
      if (track && hasTorch(track)) setTorch({ track, isOn: false })
      track?.addEventListener('ended', () => setTrouble('broken'))
      const devices = await navigator.mediaDevices.enumerateDevices().catch(() => [])
      setCameras(devices.filter(({ kind }) => kind === 'videoinput').map(({ deviceId }) => deviceId))
      try {
        const detector = await newDetector()
        setIsReady(true)
        await watch(video.current, detector, {
          isOver: () => stopped,
          found: tell,
        })
      } catch {
        if (!stopped) setTrouble('broken')
      }
    }
    void start()
    return () => {
      stopped = true
      stop()
    }
  }, [attempt, camera])

  const switchTorch = async () => {
    if (!torch) return
    const isOn = !torch.isOn
    await torch.track.applyConstraints({ advanced: [{ torch: isOn } as MediaTrackConstraintSet] }).catch(() => {})
    setTorch({ ...torch, isOn })
  }
  const nextCamera = () => {
    const at = cameras.indexOf(camera ?? cameras[0] ?? '')
    setCamera(cameras[(at + 1) % cameras.length] ?? null)
  }

  return (
    <section className={styles.camera} aria-label={t('camera.label')}>
      <video ref={video} className={styles.picture} muted playsInline tabIndex={-1} />
      {trouble ? (
        <div className={styles.trouble} role="alert">
          <p>{t(`camera.${trouble}`)}</p>
          {trouble !== 'insecure' && (
            <button type="button" onClick={() => setAttempt(attempt + 1)}>
              {t('again')}
            </button>
          )}
        </div>
      ) : (
        <>
          <div className={styles.frame} aria-hidden="true" />
          <p className={styles.hint} role="status">
            {t(isReady ? 'camera.hint' : 'camera.starting')}
          </p>
        </>
      )}
      <div className={styles.tools}>
        {torch && (
          <button type="button" aria-pressed={torch.isOn} onClick={switchTorch}>
            {t('camera.torch')}
          </button>
        )}
        {cameras.length > 1 && (
          <button type="button" onClick={nextCamera}>
            {t('camera.other')}
          </button>
        )}
      </div>
    </section>
  )
}

/** Looks at the picture again and again, with a breath between, so that the phone stays cool. */
async function watch(
  video: HTMLVideoElement,
  detector: Detector,
  { isOver, found }: { isOver: () => boolean; found: (text: string) => void },
): Promise<void> {
  const isNew = withoutRepeats()
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })
  let failures = 0
  while (!isOver()) {
    if (document.visibilityState === 'visible' && video.readyState >= video.HAVE_CURRENT_DATA && context) {
      drawMiddle(video, canvas, context)
      try {
        const [code] = await detector.detect(canvas)
        failures = 0
        if (code && !isOver() && isNew(code.rawValue, performance.now())) found(code.rawValue)
      } catch (error) {
        failures += 1
        if (failures > FAILURES_MAX) throw error
      }
    }
    await new Promise(resolve => setTimeout(resolve, BREATH_MS))
  }
}

/** The square in the middle, small: a code that fills it has enough points, and looking at it is quick. */
function drawMiddle(video: HTMLVideoElement, canvas: HTMLCanvasElement, context: CanvasRenderingContext2D): void {
  const side = Math.min(video.videoWidth, video.videoHeight)
  const size = Math.min(side, SIDE_MAX)
  canvas.width = size
  canvas.height = size
  context.drawImage(video, (video.videoWidth - side) / 2, (video.videoHeight - side) / 2, side, side, 0, 0, size, size)
}

const SIDE_MAX = 720
const BREATH_MS = 60
const FAILURES_MAX = 20

function hasTorch(track: MediaStreamTrack): boolean {
  return 'torch' in (track.getCapabilities?.() ?? {})
}

function troubleOf(error: unknown): Trouble {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'none' : 'broken'
}

import type { Colour } from '../core/decide.ts'
import { isMuted } from '../settings.ts'

let context: AudioContext | null = null

/** Browsers let a page sound only once somebody has touched it. */
export function allowSounds(): void {
  const begin = () => {
    context ??= new AudioContext()
    void context.resume()
  }
  for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, begin, { once: true, capture: true })
}

/** Told apart with closed eyes: up for yes, twice the same for "look", down for a question, long and low for no. */
export function signal(colour: Colour): void {
  navigator.vibrate?.([...VIBRATIONS[colour]])
  if (context?.state !== 'running' || isMuted()) return
  for (const { hertz, startSeconds, seconds, shape } of NOTES[colour]) {
    const start = context.currentTime + startSeconds
    const tone = new OscillatorNode(context, { type: shape, frequency: hertz })
    const volume = new GainNode(context, { gain: 0 })
    volume.gain.setValueAtTime(0, start)
    volume.gain.linearRampToValueAtTime(0.4, start + 0.01)
    volume.gain.setValueAtTime(0.4, start + seconds - 0.03)
    volume.gain.linearRampToValueAtTime(0, start + seconds)
    tone.connect(volume).connect(context.destination)
    tone.start(start)
    tone.stop(start + seconds)
  }
}

const VIBRATIONS: Readonly<Record<Colour, readonly number[]>> = {
  green: [80],
  amber: [120, 80, 120],
  red: [400, 100, 400],
  blue: [60, 60, 60],
}

type Note = { hertz: number; startSeconds: number; seconds: number; shape: OscillatorType }
const NOTES: Readonly<Record<Colour, readonly Note[]>> = {
  green: [
    { hertz: 880, startSeconds: 0, seconds: 0.09, shape: 'sine' },
    { hertz: 1320, startSeconds: 0.1, seconds: 0.14, shape: 'sine' },
  ],
  amber: [
    { hertz: 587, startSeconds: 0, seconds: 0.14, shape: 'triangle' },
    { hertz: 587, startSeconds: 0.22, seconds: 0.14, shape: 'triangle' },
  ],
  blue: [
    { hertz: 784, startSeconds: 0, seconds: 0.1, shape: 'sine' },
    { hertz: 659, startSeconds: 0.12, seconds: 0.12, shape: 'sine' },
  ],
  red: [{ hertz: 165, startSeconds: 0, seconds: 0.55, shape: 'sawtooth' }],
}

#!/usr/bin/env node
// TypeScript runs as it is from Node 24 on. Under an older node this hands over to the one that npm installed with us.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const pinned = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(main)
} else if (existsSync(pinned)) {
  const { status } = spawnSync(pinned, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  process.exitCode = status ?? 1
} else {
  console.error(`Boxoffice needs Node 24; this is ${process.version}, and npm installed none for this platform.
Install Node 24 or newer, then start again.`)
  process.exitCode = 1
}

#!/usr/bin/env node
// TypeScript runs as it is from Node 24 on. Under an older node this hands over to the one that npm installed with us.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

if (Number(process.versions.node.split('.')[0]) >= 24) await start()
else handOver()

async function start() {
  // Compiled once instead of at every start; beside the packages, for who may write there could change these as well.
  module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/boxoffice', import.meta.url)))
  await import(new URL('../src/main.ts', import.meta.url))
}

function handOver() {
  const { platform, arch, version } = process
  const pinned = [
    '.bin/node',
    `node-${platform.replace('win32', 'win')}-${arch}/bin/node${platform === 'win32' ? '.exe' : ''}`,
    `node-bin-${platform}-${arch}/bin/node`,
  ]
    .slice(platform === 'win32' ? 1 : 0)
    .map(path => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url)))
    .find(existsSync)
  if (pinned === undefined) {
    console.error(`Boxoffice needs Node 24; this is ${version}, and npm installed none for this platform.
Install Node 24 or newer, then start again.`)
    process.exitCode = 1
    return
  }
  const program = [fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  const child = spawn(pinned, [...process.execArgv, ...program], { stdio: 'inherit' })
  // Whoever stops us means the server: it closes its database first, and only then are we done.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', error => {
    console.error(`${pinned} cannot be started: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', code => process.exit(code ?? 1))
}

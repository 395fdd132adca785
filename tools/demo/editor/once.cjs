'use strict';
// Runs inside the VS Code extension host for `npm start -- --once`: what a person would do with the palette, without one.
// The saved log is copied to where DEMO_LOG_COPY says.
const fs = require('node:fs');
const vscode = require('vscode');

/** The host calls this and ends with its outcome. */
exports.run = async function run() {
  const diagnosis = await vscode.commands.executeCommand('celeryTasks.check');
  if (!diagnosis) throw new Error('The check in VS Code gave no result: see the lines above.');
  await vscode.commands.executeCommand('celeryTasks.openLog');
  const saved = await vscode.commands.executeCommand('celeryTasks.saveLog');
  if (!saved) throw new Error('The diagnostic log could not be saved.');
  fs.copyFileSync(saved.fsPath, process.env.DEMO_LOG_COPY);
  console.log(`checked in VS Code ${vscode.version}: ${diagnosis.taskTypes.length} stuck task types`);
};

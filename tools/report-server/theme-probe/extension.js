'use strict';
const vscode = require('vscode');

exports.activate = () => {
  const panel = vscode.window.createWebviewPanel('themeProbe', 'Theme probe', vscode.ViewColumn.One, {
    enableScripts: true,
  });
  panel.webview.html =
    '<!DOCTYPE html><html lang="en"><head><meta http-equiv="Content-Security-Policy" content="default-src \'none\'">' +
    '<title>Theme probe</title></head><body><p id="theme-probe">probe</p></body></html>';
};

'use strict';
// What the activation test compares with: the cost of any extension at all.
exports.activate = () => undefined;

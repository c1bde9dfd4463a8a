"""Multiclass metrics of a fixed random classifier, computed with numpy from their definitions.

Labels are class indices; label 4 is unknown to a classifier of four classes. Run: python3 multiclass_metrics.py
"""
import json
import pathlib

import numpy as np

CLASSES, ROWS, TOP_K, EPSILON = 4, 60, 3, np.float32(1e-15)

rng = np.random.default_rng(7)
labels = rng.integers(0, CLASSES, ROWS)
labels[5] = CLASSES
logits = rng.normal(size=(ROWS, CLASSES)) + 1.5 * np.eye(CLASSES + 1)[labels][:, :CLASSES]
scores = (np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)).astype(np.float32)
predicted = scores.argmax(axis=1)

known = labels < CLASSES
loss = np.full(ROWS, -np.log(np.float64(EPSILON)))
loss[known] = -np.log(np.clip(scores[known, labels[known]], EPSILON, 1).astype(np.float64))
rows = np.array([(labels == c).sum() for c in range(CLASSES)])
recall = np.array([(predicted[labels == c] == c).mean() for c in range(CLASSES)])
# Rows of the unknown class are in no row of the confusion table, and so in no precision.
precision = np.array([(labels[known & (predicted == c)] == c).mean() for c in range(CLASSES)])
share = rows / ROWS
entropy = -(share * np.log(share)).sum()
order = np.argsort(-scores, axis=1, kind="stable")
top = [float((order[:, : k + 1] == labels[:, None]).any(axis=1).mean()) for k in range(TOP_K)]
confusion = np.zeros((CLASSES, CLASSES), dtype=int)
np.add.at(confusion, (labels[known], predicted[known]), 1)

golden = {
    "labels": labels.tolist(),
    "scores": scores.astype(float).tolist(),
    "predicted": predicted.tolist(),
    "topK": TOP_K,
    "microAccuracy": float((predicted == labels).mean()),
    "macroAccuracy": float(recall.mean()),
    "logLoss": float(loss.mean()),
    "logLossReduction": float((entropy - loss.mean()) / entropy),
    "perClassLogLoss": [float(loss[labels == c].mean()) for c in range(CLASSES)],
    "topKAccuracyForAllK": top,
    "confusion": confusion.tolist(),
    "precision": precision.tolist(),
    "recall": recall.tolist(),
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")

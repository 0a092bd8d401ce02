"""Linear models: softmax regression by L-BFGS, ridge and elastic net."""

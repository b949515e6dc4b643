"""From matrices to a proved optimum: solvers, scaling, whole numbers, cones, ties."""

// swift-tools-version: 6.3
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "Tally",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Tally", targets: ["Tally"]),
    .executable(name: "tally", targets: ["TallyCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    // Text to tree: diagnostics and formatter, no input or output.
    .target(name: "TallySyntax", swiftSettings: settings),
    // The one import: columns, kernels, planning, operators, formats, public API.
    .target(
      name: "Tally", dependencies: ["TallySyntax", "CVectorKernels"],
      swiftSettings: settings + [.enableExperimentalFeature("Lifetimes")]),
    // Loops of reading for wide registers, chosen when the program runs.
    .target(name: "CVectorKernels"),
    // What the shell does, without a terminal.
    .target(name: "TallyShell", dependencies: ["Tally", "TallySyntax"], swiftSettings: settings),
    // Makes tables to try things on, from seeds; a room of its own, without the engine, so that its
    // exact answers are no echo of the engine's.
    .target(name: "TallySamples", swiftSettings: settings),
    // GNU readline behind plain functions; only the executable may depend on it.
    .target(name: "CLineEditor", linkerSettings: [.linkedLibrary("readline")]),
    .executableTarget(
      name: "TallyCommand",
      dependencies: [
        "TallyShell", "TallySamples", "Tally", "CLineEditor",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "TallySyntaxTests", dependencies: ["TallySyntax"], swiftSettings: settings),
    .testTarget(
      name: "TallyTests", dependencies: ["Tally", "TallySyntax", "example"],
      swiftSettings: settings),
    .testTarget(
      name: "TallyShellTests",
      dependencies: ["TallyShell", "Tally", "TallySyntax", "TallyCommand", "PseudoTerminal"],
      swiftSettings: settings),
    // Terminals in which tests drive the command.
    .target(name: "PseudoTerminal", path: "Tests/PseudoTerminal"),
    // Makes benchmark data and measures the engine, alone or beside its peers.
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "Tally", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Benchmarks", exclude: ["README.md", "peers.py"], swiftSettings: settings),
    // Uses the library as another package would.
    .executableTarget(
      name: "example", dependencies: ["Tally"], path: "Tests/Example", swiftSettings: settings),
    // Rebuilds the rows of services in Datasets from the published counts, without the engine.
    .target(
      name: "ServiceExpander", path: "Tests/ServiceExpander", swiftSettings: settings),
    .executableTarget(
      name: "expand-services", dependencies: ["ServiceExpander"],
      path: "Tests/ExpandServices", swiftSettings: settings),
    .testTarget(
      name: "DatasetTests",
      dependencies: ["ServiceExpander", "TallySamples", "Tally", "TallySyntax"],
      exclude: ["questions.py"],
      swiftSettings: settings),
    .testTarget(
      name: "TallySamplesTests", dependencies: ["TallySamples", "Tally", "TallySyntax"],
      swiftSettings: settings),
  ]
)

/** What `lvs-lab init` writes. */

export const CONFIG = `import { defineConfig } from 'lvs-lab';

// Defaults for lvs-lab in this folder; options of the command line go before them.
export default defineConfig({
  // Directors under test: names, or files that describe programs.
  director: ['ts'],
  profile: 'quick',
  // A run without real traffic is no pass.
  require: 'live',
  // For the gate: made with "npx lvs-lab gate --update-baseline".
  baseline: 'lvs-lab-baseline.json',
});
`;

export const WORKFLOW = `name: lvs-lab

on:
  push:
  pull_request:

permissions:
  contents: read

jobs:
  bench:
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm ci
      - name: Bench
        # Networks take root, which needs the PATH to find the same Node.
        run: sudo env "PATH=$PATH" CI=true npx lvs-lab bench
      - name: Gate
        if: hashFiles('lvs-lab-baseline.json') != ''
        run: sudo env "PATH=$PATH" "GITHUB_ACTIONS=$GITHUB_ACTIONS" "GITHUB_STEP_SUMMARY=$GITHUB_STEP_SUMMARY" npx lvs-lab gate
      - name: Job summary
        if: always()
        run: |
          if [ -f lvs-lab-results/latest/report.md ]; then
            cat lvs-lab-results/latest/report.md >> "$GITHUB_STEP_SUMMARY"
          else
            echo 'lvs-lab left no report: the log says where it stopped.' >> "$GITHUB_STEP_SUMMARY"
          fi
      - name: Find the report
        id: report
        if: always()
        run: |
          sudo mkdir -p lvs-lab-results
          sudo chown -R "$(id -u):$(id -g)" lvs-lab-results
          echo "folder=$(readlink -e lvs-lab-results/latest || true)" >> "$GITHUB_OUTPUT"
      - uses: actions/upload-artifact@v5
        if: always()
        with:
          name: lvs-lab-report
          path: \${{ steps.report.outputs.folder }}
`;

# Everything there is to type: `make run` and `make test`. Both install what is missing.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

WASM_BINDGEN := $(shell awk '/^name = "wasm-bindgen"$$/ { getline; gsub(/"/, "", $$3); print $$3 }' Cargo.lock)
TRUNK := 0.21.14
TOOLS := $(CURDIR)/.tools
export PATH := $(TOOLS)/bin:$(CURDIR)/node_modules/.bin:$(PATH)

# The tools are used for seconds: building them fast matters more than fast tools.
QUICK := CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0
HOST_CRATES := -p domain -p documents -p rosters -p payments -p messages -p records -p testkit -p app -p jikao-server -p bench
SAY = @printf '\n\033[1m▸ %s\033[0m\n'

.PHONY: help run build test lint unit journeys bench shots clean tools rust-tools npm-tools browser-tools bundle server-debug

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' Makefile | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

run: bundle ## build everything, quickly, and start with demo data on SQLite
	$(SAY) 'Building the server to try it out (for real use: make build)'
	cargo build --profile trial -p jikao-server
	$(SAY) 'Starting Jikao with demo data (stop with Ctrl+C)'
	exec target/trial/jikao demo

build: bundle ## build what browsers load and the server, optimised, as target/release/jikao
	$(SAY) 'Building the server'
	cargo build --release -p jikao-server

test: lint unit bundle server-debug journeys ## format, lints, unit and act tests on both databases, browser journeys, budgets
	$(SAY) 'All tests passed'

lint: rust-tools ## formatting and clippy, natively and for the browser
	$(SAY) 'Checking format and lints'
	cargo fmt --all --check
	cargo clippy $(HOST_CRATES) --all-targets -- -D warnings
	cargo clippy -p domain --target wasm32-unknown-unknown -- -D warnings
	cargo clippy -p frontend -p app --features frontend/applicant --target wasm32-unknown-unknown -- -D warnings
	cargo clippy -p frontend -p app --features frontend/office --target wasm32-unknown-unknown -- -D warnings
	node end2end/house-rules.mjs

unit: rust-tools browser-tools ## rules, acts on SQLite and PostgreSQL, the server in process
	$(SAY) 'Testing rules and acts on SQLite and PostgreSQL'
	server/testkit/with-postgres cargo test $(HOST_CRATES)

server-debug:
	$(SAY) 'Building the server for the journeys'
	cargo build -p jikao-server

journeys: browser-tools ## browser journeys, with script and without, phone and desktop, axe on each page
	$(SAY) 'Walking the journeys in Chromium'
	node end2end/run.mjs

shots: bundle server-debug browser-tools ## pictures of every page at 375x812 and 1366x900 in end2end/shots
	$(SAY) 'Taking pictures'
	node end2end/shots.mjs

bench: bundle ## ratios against baselines in the same run
	$(SAY) 'Building what is measured'
	cargo build --release -p jikao-server
	cargo build --release -p bench
	cargo build --profile wasm-release --target wasm32-unknown-unknown -p inspect-wasm
	$(SAY) 'Measuring'
	server/testkit/with-postgres target/release/bench $(BENCH)

bundle: rust-tools npm-tools ## what browsers load: wasm, js, css, precompressed, within budget
	$(SAY) 'Building what browsers load'
	node frontend/build.mjs

clean: ## remove what was built (tools and demo data stay)
	rm -rf target dist end2end/shots end2end/results

tools: rust-tools npm-tools browser-tools ## install everything that is missing

rust-tools:
	@command -v rustup >/dev/null || { echo 'Jikao needs rustup (https://rustup.rs) and a C compiler.'; exit 1; }
	command -v cc >/dev/null || { echo 'Jikao needs a C compiler (Debian: apt-get install build-essential).'; exit 1; }
	rustup toolchain list | grep -q '^1.95' || rustup toolchain install 1.95.0 --profile minimal
	rustup target list --installed | grep -q '^wasm32-unknown-unknown$$' || rustup target add wasm32-unknown-unknown
	rustup component list --installed | grep -q '^clippy' || rustup component add clippy
	rustup component list --installed | grep -q '^rustfmt' || rustup component add rustfmt
	rustup component list --installed | grep -q '^rust-src' || rustup component add rust-src || echo 'rust-src cannot be installed: what phones load will be about 20 KB larger.'
	if ! [ "$$($(TOOLS)/bin/wasm-bindgen --version 2>/dev/null)" = 'wasm-bindgen $(WASM_BINDGEN)' ]; then
	  printf '\n\033[1m▸ %s\033[0m\n' 'Building wasm-bindgen-cli $(WASM_BINDGEN) (once, about 3 minutes)'
	  $(QUICK) cargo install --root $(TOOLS) wasm-bindgen-cli --version $(WASM_BINDGEN)
	fi
	if ! [ "$$($(TOOLS)/bin/trunk --version 2>/dev/null)" = 'trunk $(TRUNK)' ]; then
	  printf '\n\033[1m▸ %s\033[0m\n' 'Building Trunk $(TRUNK) (once, about 4 minutes)'
	  $(QUICK) CARGO_PROFILE_RELEASE_OPT_LEVEL=0 cargo install --root $(TOOLS) trunk --version $(TRUNK) --locked
	fi

npm-tools:
	@command -v node >/dev/null && [ "$$(node -p 'process.versions.node.split(".")[0] >= 20')" = true ] || { echo 'Jikao needs Node 20 or newer.'; exit 1; }
	cmp -s package-lock.json node_modules/.jikao-lock || { npm ci --no-audit --no-fund && cp package-lock.json node_modules/.jikao-lock; }

browser-tools: npm-tools
	@end2end/need-debian chromium:chromium initdb:postgresql fc-match-cjk:fonts-noto-cjk aiosmtpd:python3-aiosmtpd

//! Which array of a file is which part of the network: by names where these say it, else by order; rows and columns by sizes.

use super::names::{Kind, Module, Named, kind, modules, numbers};
use super::report::Order;

/// The arrays of one projection, by their place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pick {
    pub(super) weights: usize,
    pub(super) bias: Option<usize>,
    pub(super) norm: Option<Module>,
    pub(super) order: Order,
}

/// What is known beside the file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known<'a> {
    /// Lines and neurons, the input first; empty: as the arrays have it.
    pub(super) layers: &'a [u16],
    /// Square matrices are [out, in], and so is what fits both ways.
    pub(super) transposed: bool,
    /// Values of a sample, and classes.
    pub(super) data: Option<(usize, usize)>,
}

/// The sizes of the layers, and the arrays of every projection.
///
/// # Errors
/// A sentence that names what was found and what was expected.
pub(super) fn pick(found: &[Named], known: Known<'_>) -> Result<(Vec<u16>, Vec<Pick>), String> {
    let picks = match found.iter().all(|(name, _)| kind(name).1 == Kind::Unknown) {
        true => by_order(found),
        false => by_name(found),
    };
    let with_list = |problem: String| {
        let wanted = if known.layers.is_empty() { String::new() } else { wanted(known.layers) };
        format!("{problem}: it has {}{wanted}", describe(found))
    };
    let mut picks = picks.map_err(with_list)?;
    if picks.is_empty() || (!known.layers.is_empty() && picks.len() + 1 != known.layers.len()) {
        let want = known.layers.len().checked_sub(1).map_or("one or more".into(), |n| n.to_string());
        return Err(with_list(format!("{} arrays of weights instead of {want}", picks.len())));
    }
    let (layers, order) = match known.layers {
        [] => infer(found, &picks, known)?,
        layers => (layers.to_vec(), if known.transposed { Order::OutIn } else { usual(found, &picks) }),
    };
    orient(found, &mut picks, &layers, order, known.transposed)?;
    Ok((layers, picks))
}

/// How each matrix stands, now that the sizes of the layers are known.
fn orient(
    found: &[Named],
    picks: &mut [Pick],
    layers: &[u16],
    order: Order,
    transposed: bool,
) -> Result<(), String> {
    for (pick, sizes) in picks.iter_mut().zip(layers.windows(2)) {
        let (rows, columns) = (usize::from(sizes[0]), usize::from(sizes[1]));
        let (name, shape) = &found[pick.weights];
        let straight = shape[..] == [rows, columns];
        if !straight && shape[..] != [columns, rows] {
            let shape = times(shape);
            return Err(format!(
                "array `{name}` is {shape}, wanted {rows} × {columns} or {columns} × {rows}"
            ));
        }
        pick.order = if straight { Order::InOut } else { Order::OutIn };
        let norm = pick.norm.iter().flat_map(|m| [m.weights, m.bias, m.mean, m.variance]).flatten();
        for (i, what) in pick.bias.iter().map(|&b| (b, "a bias")).chain(norm.map(|i| (i, "a number"))) {
            if found[i].1 != [columns] {
                let (name, shape) = (&found[i].0, times(&found[i].1));
                return Err(format!("array `{name}` is {shape}, wanted {columns}, {what} per neuron"));
            }
        }
    }
    // A square matrix fits both ways: it goes with the others of the file where these agree.
    let square = |p: &usize| layers[*p] == layers[p + 1];
    let mut others = (0..picks.len()).filter(|p| !square(p)).map(|p| picks[p].order);
    let first = others.next().filter(|&first| others.all(|other| other == first) && !transposed);
    for p in (0..picks.len()).filter(square) {
        picks[p].order = first.unwrap_or(order);
    }
    Ok(())
}

/// How matrices of such names mostly stand: `fc1.weight` is PyTorch's.
fn usual(found: &[Named], picks: &[Pick]) -> Order {
    let torch = picks.iter().all(|p| found[p.weights].0.ends_with(".weight"));
    if torch { Order::OutIn } else { Order::InOut }
}

/// The sizes of layers, where all matrices stand the same way and follow one another.
fn infer(found: &[Named], picks: &[Pick], known: Known<'_>) -> Result<(Vec<u16>, Order), String> {
    let chain = |order: Order| {
        let mut sizes = Vec::<usize>::new();
        for pick in picks {
            let &[a, b] = &found[pick.weights].1[..] else { return None };
            let (rows, columns) = if order == Order::InOut { (a, b) } else { (b, a) };
            let bias_fits = pick.bias.is_none_or(|i| found[i].1 == [columns]);
            if !bias_fits || sizes.last().is_some_and(|last| *last != rows) {
                return None;
            }
            sizes.extend([rows, columns].iter().skip(usize::from(!sizes.is_empty())));
        }
        let fits = |(width, _)| sizes.first() == Some(&width);
        known.data.is_none_or(fits).then_some(sizes)
    };
    let both = [Order::InOut, Order::OutIn].map(|order| (order, chain(order)));
    let preferred = if known.transposed { Order::OutIn } else { usual(found, picks) };
    let (order, sizes) = match both {
        [(_, None), (_, None)] => return Err(no_chain(found, picks, known)),
        [(order, Some(sizes)), (_, None)] | [(_, None), (order, Some(sizes))] => (order, sizes),
        [(_, Some(straight)), (_, Some(turned))] if straight == turned => (preferred, straight),
        [_, (order, Some(turned))] if preferred == order => (order, turned),
        [(_, Some(straight)), (_, Some(turned))] => {
            let (a, b) = (dashes(&straight), dashes(&turned));
            return Err(format!("layers may be {a} or {b}: say which with [layers]"));
        }
    };
    let sizes: Option<Vec<u16>> =
        sizes.iter().map(|&n| u16::try_from(n).ok().filter(|n| (1..=65_534).contains(n))).collect();
    let layers = sizes.filter(|layers| layers.len() <= 16);
    let layers = layers.ok_or("a network has 2 to 16 layers of 1 to 65534 neurons: these are others")?;
    Ok((layers, order))
}

fn no_chain(found: &[Named], picks: &[Pick], known: Known<'_>) -> String {
    let one = |pick: &Pick| format!("`{}` {}", found[pick.weights].0, times(&found[pick.weights].1));
    let list = picks.iter().map(one).collect::<Vec<_>>().join(", ");
    let data = known.data.map_or(String::new(), |(width, _)| format!(" from {width} values per sample"));
    format!("layers do not follow one another{data}: {list}; if they do, name them with [layers]")
}

/// Arrays that say what they are. A batch norm belongs to the weights before it, or to those of its number.
fn by_name(found: &[Named]) -> Result<Vec<Pick>, String> {
    let all = modules(found)?;
    let name = |i: Option<usize>| i.map_or("", |i| &found[i].0[..]);
    let is_norm = |m: &&Module| m.mean.is_some() || m.variance.is_some();
    let mut picks = Vec::<(&Module, Pick)>::new();
    for module in all.iter().filter(|m| !is_norm(m)) {
        let Some(weights) = module.weights else {
            return Err(format!("array `{}` is a bias of no weights", name(module.bias)));
        };
        match found[weights].1.len() {
            2 => {}
            1 => {
                let problem =
                    "the scale of a norm without running_mean and running_var, which is not carried";
                return Err(format!("array `{}` is {problem}", name(module.weights)));
            }
            n => {
                let name = name(module.weights);
                return Err(format!("array `{name}` has {n} dimensions: only full connections are carried"));
            }
        }
        picks.push((module, Pick { weights, bias: module.bias, norm: None, order: Order::InOut }));
    }
    missing(found, &picks)?;
    for (at, norm) in all.iter().enumerate().filter(|(_, m)| is_norm(m)) {
        let stem = &norm.stem;
        if norm.mean.is_none() || norm.variance.is_none() {
            return Err(format!("batch norm `{stem}` lacks its running_mean or its running_var"));
        }
        let same = picks.iter().position(|(m, _)| {
            let (own, its) = (numbers(stem), numbers(&m.stem));
            own.0 != its.0 && !own.1.is_empty() && own.1 == its.1
        });
        let before = || picks.iter().rposition(|(m, _)| all[..at].contains(m));
        let Some(p) = same.or_else(before) else {
            return Err(format!("batch norm `{stem}` has no weights before it"));
        };
        if let Some(other) = picks[p].1.norm.replace(norm.clone()) {
            return Err(format!("batch norms `{}` and `{stem}` follow the same weights", other.stem));
        }
    }
    Ok(picks.into_iter().map(|(_, pick)| pick).collect())
}

/// Refuses `w0, w2`: where names are but numbers, none may be left out.
fn missing(found: &[Named], picks: &[(&Module, Pick)]) -> Result<(), String> {
    let number = |(m, pick): &(&Module, Pick)| match found[pick.weights].0.starts_with('w') {
        true => m.stem.parse::<usize>().ok(),
        false => None,
    };
    let bare: Option<Vec<usize>> = picks.iter().map(number).collect();
    let gap = bare.unwrap_or_default().windows(2).find(|pair| pair[1] > pair[0] + 1).map(|pair| pair[0] + 1);
    gap.map_or(Ok(()), |gap| Err(format!("weights of projection {gap} are missing")))
}

/// Arrays of two dimensions are weights, in their order; one of one dimension is the bias of the weights before it.
fn by_order(found: &[Named]) -> Result<Vec<Pick>, String> {
    let mut picks = Vec::<Pick>::new();
    for (i, (name, shape)) in found.iter().enumerate() {
        match (shape.len(), picks.last_mut()) {
            (2, _) => picks.push(Pick { weights: i, bias: None, norm: None, order: Order::InOut }),
            (1, Some(Pick { bias: bias @ None, .. })) => *bias = Some(i),
            (1, _) => return Err(format!("array `{name}` follows no weights of its own")),
            _ => return Err(format!("array `{name}` has neither 1 nor 2 dimensions")),
        }
    }
    Ok(picks)
}

fn describe(found: &[Named]) -> String {
    if found.is_empty() {
        return "no arrays".into();
    }
    let one = |(name, shape): &Named| format!("`{name}` ({})", times(shape));
    let most = 12;
    let list = found.iter().take(most).map(one).collect::<Vec<_>>().join(", ");
    if found.len() > most { format!("{list} and {} more", found.len() - most) } else { list }
}

fn wanted(layers: &[u16]) -> String {
    let weights = layers.windows(2).map(|s| format!("{} × {}", s[0], s[1])).collect::<Vec<_>>();
    let biases = layers[1..].iter().map(u16::to_string).collect::<Vec<_>>();
    format!(
        "; wanted are weights of {}, each may have a bias after it: {}",
        weights.join(", "),
        biases.join(", ")
    )
}

fn times(shape: &[usize]) -> String {
    match shape {
        [] => "a single number".into(),
        _ => shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" × "),
    }
}

fn dashes(sizes: &[usize]) -> String {
    sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
#[path = "pick_tests.rs"]
mod tests;
